"""The rules of remote support. Pure: a session with its people, its steps and what came of it (norm 2.2.2)."""

from collections.abc import Iterator
from datetime import timedelta

from shared.case.state import Case
from shared.events.case.triage import RemoteSessionLogged, RemoteStep
from shared.events.vocabulary import RemoteOutcome
from shared.rules.acting import our_people, refuse
from shared.rules.fields import filled, listed_once, only_with
from shared.rules.guards import acknowledged_if_urgent
from shared.rules.instants import not_ahead
from shared.store.order import Fault, Known, Order

LONGEST = timedelta(hours=8)
"""One session; longer work is logged as several."""


def check_session(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """People of both sides, steps in order, times that fit, and what was asked for if something is missing."""
    draft: RemoteSessionLogged = order.draft
    yield from filled(draft, "our_people", "customer_people", "steps")
    yield from listed_once(draft.our_people or [], "our_people[{}]")
    yield from our_people(known, draft.our_people or [], "our_people[{}]")
    yield from _steps(draft.steps or [])
    yield from _times(order, draft, case)
    if draft.outcome is not None:
        asks = draft.outcome is RemoteOutcome.NEED_INFO
        yield from only_with(draft, "info_asked", RemoteOutcome.NEED_INFO.value, holds=asks)


def _steps(steps: list[RemoteStep]) -> Iterator[Fault]:
    """Numbered from 1 without a gap; a value before or after has a unit."""
    yield from listed_once([step.seq for step in steps], "steps[{}].seq")
    for index, step in enumerate(steps):
        if step.seq > len(steps):
            yield Fault("V-RANGE", "out_of_range", f"steps[{index}].seq", {"least": 1, "most": len(steps)})
        if step.unit is None and (step.before is not None or step.after is not None):
            yield Fault("V-REQ", "missing", f"steps[{index}].unit")


def _times(order: Order, draft: RemoteSessionLogged, case: Case) -> Iterator[Fault]:
    yield from not_ahead(order, "started_at", "ended_at")
    if draft.started_at is None:
        return
    if case.intake.report is not None and draft.started_at < case.intake.report.received_at:
        yield Fault("V-TIME", "before", "started_at", {"other": "received_at"})
    if draft.ended_at is None:
        return
    if draft.ended_at <= draft.started_at:
        yield Fault("V-TIME", "not_after", "ended_at", {"other": "started_at"})
    elif draft.ended_at - draft.started_at > LONGEST:
        yield Fault("V-TIME", "session_too_long", "ended_at")


def log_session(order: Order, case: Case, known: Known) -> RemoteSessionLogged:
    """What was said and done from afar; a recording only with the customer's consent."""
    draft: RemoteSessionLogged = order.draft
    refuse([*acknowledged_if_urgent(case), *_recording(draft)])
    return draft


def _recording(draft: RemoteSessionLogged) -> Iterator[Fault]:
    if draft.recording_ref is not None and draft.recording_consent is not True:
        yield Fault("S-GUARD", "recording_without_consent", "recording_consent")
