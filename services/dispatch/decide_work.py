"""The rules of the work and its trial run: by the agreed plan, safely, recorded as it was (norm 2.3.3, 2.3.4). Pure."""

from collections.abc import Iterator

import msgspec

from services.dispatch.decide_plan import is_newest
from services.dispatch.decide_spares import in_one_unit
from shared.case.state import Case, last_trial, newest_plan
from shared.events.case.dispatch import TrialRunRecorded, WorkFinished, WorkPerformed
from shared.events.vocabulary import TrialResult
from shared.rules.acting import refuse
from shared.rules.fields import filled, listed_once, needed, or_none, whole_pieces
from shared.rules.instants import ends_after, not_ahead, not_before
from shared.store.order import Fault, Known, Order, Refused


def check_work(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The record is complete, and its times fit the agreement and each other (R-2.3.3-b, -c)."""
    draft: WorkPerformed = order.draft
    yield from filled(draft, "key_steps", "people")
    yield from or_none(draft, "parts", "parameters")
    yield from whole_pieces(draft.parts, "parts")
    yield from in_one_unit(draft.parts, case)
    yield from listed_once(draft.people, "people[{}]")
    yield from listed_once([step.seq for step in draft.key_steps or ()], "key_steps[{}].seq")
    yield from needed(draft.incident_text, draft.incident, "incident_text")
    yield from not_ahead(order, "started_at", "ended_at")
    yield from ends_after(draft, "ended_at", "started_at")
    yield from _step_times(draft)
    plan = newest_plan(case)
    if plan is not None and plan.version == draft.plan_version:
        yield from not_before(draft.started_at, plan.agreed_at, "started_at", "before_agreement")


def _step_times(draft: WorkPerformed) -> Iterator[Fault]:
    for index, step in enumerate(draft.key_steps or ()):
        field = f"key_steps[{index}].time"
        if draft.started_at is not None and step.time < draft.started_at:
            yield Fault("V-TIME", "before", field, {"other": "started_at"})
        if draft.ended_at is not None and step.time > draft.ended_at:
            yield Fault("V-TIME", "after", field, {"other": "ended_at"})


def perform_work(order: Order, case: Case, known: Known) -> WorkPerformed:
    """Work by the steps that the customer agreed to, the mould made safe first (R-2.3.3-a, B-24)."""
    draft: WorkPerformed = order.draft
    refuse(_made_safe(draft), _by_plan(draft, case))
    refuse(is_newest(draft.plan_version, case))
    return draft


def _made_safe(draft: WorkPerformed) -> Iterator[Fault]:
    check = draft.safety_check
    if not (check.loto and check.energy_zero and check.secured) and check.reason is None:
        yield Fault("S-GUARD", "made_safe_first", "safety_check.reason")


def _by_plan(draft: WorkPerformed, case: Case) -> Iterator[Fault]:
    """Key steps of the agreed plan only; those of an older version are told by the version."""
    plan = newest_plan(case)
    if plan is None or plan.version != draft.plan_version:
        return
    for index, step in enumerate(draft.key_steps):
        if step.plan_step not in plan.steps:
            yield Fault("S-GUARD", "step_not_planned", f"key_steps[{index}].plan_step", {"name": step.plan_step})


def check_finish(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Work is finished when the last stretch of it has ended."""
    draft: WorkFinished = order.draft
    yield from not_ahead(order, "finished_at")
    yield from not_before(draft.finished_at, case.dispatch.last_work_at, "finished_at", "before_last_work")


def finish_work(order: Order, case: Case, known: Known) -> WorkFinished:
    """Something was done since the plan was agreed, or since the last trial run failed (R-2.3.3-b)."""
    draft: WorkFinished = order.draft
    if not case.dispatch.works:
        raise Refused(Fault("S-GUARD", "no_work_yet"))
    return draft


def check_trial(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Every part made is counted good or rejected, and what a conditional result leaves is said (R-2.3.4-a)."""
    draft: TrialRunRecorded = order.draft
    yield from or_none(draft, "parameters")
    yield from not_ahead(order, "started_at", "ended_at")
    yield from ends_after(draft, "ended_at", "started_at")
    yield from needed(draft.remaining, draft.result is TrialResult.CONDITIONAL, "remaining")
    counts = (draft.shots, draft.parts_per_shot, draft.good_qty, draft.reject_qty)
    if None not in counts and draft.good_qty + draft.reject_qty != (made := draft.shots * draft.parts_per_shot):
        yield Fault("V-RANGE", "parts_do_not_add_up", "good_qty", {"expected": made})


def record_trial_run(order: Order, case: Case, known: Known) -> TrialRunRecorded:
    """The next trial run, T1, T2 and so on; none passes with the problem still there. All are kept (R-2.3.4-c)."""
    draft: TrialRunRecorded = order.draft
    refuse(_passes(draft))
    last = last_trial(case)
    return msgspec.structs.replace(draft, trial_no=last.number + 1 if last is not None else 1)


def _passes(draft: TrialRunRecorded) -> Iterator[Fault]:
    if draft.result is TrialResult.PASS and not draft.problem_gone:
        yield Fault("S-GUARD", "passed_with_problem", "problem_gone")
    if draft.result is TrialResult.PASS and not draft.mould_normal:
        yield Fault("S-GUARD", "passed_abnormal", "mould_normal")
