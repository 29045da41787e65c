"""The rules of calling back and closing. Pure: when a customer is called, by whom, and when a case is over (2.5.1)."""

from collections.abc import Iterator

import msgspec

from shared.case.facts.followup import Attempt
from shared.case.state import Case, served_by
from shared.clocks.callbacks import is_dissatisfied, is_unreachable, result_of, unmade, unscheduled
from shared.events.case.followup import (
    CallbackAttempted,
    CallbackDone,
    CallbackScheduled,
    CallbackUnreachable,
    CaseClosed,
)
from shared.events.vocabulary import CallbackPoint, CaseState, Role
from shared.rules.acting import own_company, person_of_record, refuse
from shared.rules.fields import needed
from shared.rules.instants import not_ahead, not_before
from shared.store.circumstance import TOLERANCE
from shared.store.order import AlreadyTrue, Fault, Known, Order, Refused


def check_schedule(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The due time lies in its window (R-2.5.1-a). Raises: AlreadyTrue when the point is scheduled in this cycle."""
    draft: CallbackScheduled = order.draft
    if draft.point is not CallbackPoint.EXTRA and any(one.point is draft.point for one in case.followup.callbacks):
        raise AlreadyTrue("CallbackScheduled")
    if None in (draft.due_at, draft.window_from, draft.window_to):
        return
    if draft.window_from > draft.due_at:
        yield Fault("V-TIME", "after", "window_from", {"other": "due_at"})
    if draft.window_to < draft.due_at:
        yield Fault("V-TIME", "before", "window_to", {"other": "due_at"})


def schedule_callback(order: Order, case: Case, known: Known) -> CallbackScheduled:
    """A point at which the customer of a verified case will be called."""
    if case.dispatch.verification is None:
        raise Refused(Fault("S-GUARD", "not_verified"))
    draft: CallbackScheduled = order.draft
    return draft


def may_call_back(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A customer answers for the own company only."""
    yield from own_company(order, case)


def check_callback(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nobody calls back before the service was verified, nor after the next point (R-2.5.1-b)."""
    draft: CallbackDone = order.draft
    if draft.done_at is None:
        return
    yield from not_ahead(order, "done_at")
    verified = case.dispatch.verification
    if verified is not None and draft.done_at < verified.verified_at:
        yield Fault("V-TIME", "before", "done_at", {"other": "verified_at"})
    elif draft.point is CallbackPoint.M1:
        week = next((one.done_at for one in case.followup.callbacks if one.point is CallbackPoint.D7), None)
        if week is not None and draft.done_at < week:
            yield Fault("V-TIME", "before", "done_at", {"other": CallbackPoint.D7.value})


def complete_callback(order: Order, case: Case, known: Known) -> CallbackDone:
    """What the customer said, to somebody who was not there; the week comes before the month."""
    draft: CallbackDone = order.draft
    refuse(_self(order, case))
    refuse(_open(draft.point, case))
    return msgspec.structs.replace(draft, result=result_of(draft.final_satisfaction))


def _self(order: Order, case: Case) -> Iterator[Fault]:
    if person_of_record(order) in served_by(case):
        yield Fault("A-SELF", "calls_back_own_visit")


def _open(point: CallbackPoint, case: Case) -> Iterator[Fault]:
    still_open = unmade(case)
    if not any(one.point is point for one in case.followup.callbacks):
        yield Fault("S-GUARD", "callback_not_scheduled", "point", {"name": point.value})
    elif point not in still_open:
        yield Fault("S-GUARD", "callback_made_already", "point", {"name": point.value})
    scheduled = {one.point for one in case.followup.callbacks}
    if point is CallbackPoint.M1 and (CallbackPoint.D7 not in scheduled or CallbackPoint.D7 in still_open):
        yield Fault("S-GUARD", "week_before_month", "point")


def check_attempt(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nobody tries to call back before the service was verified (R-2.5.1-b)."""
    verified = case.dispatch.verification
    if verified is not None:
        yield from not_before(order.at, verified.verified_at, "at", "before_verification", TOLERANCE)


def attempt_callback(order: Order, case: Case, known: Known) -> CallbackAttempted:
    """A call that did not reach the customer, by somebody who was not there."""
    draft: CallbackAttempted = order.draft
    refuse(_self(order, case))
    refuse(_open(draft.point, case))
    return draft


def give_up_callback(order: Order, case: Case, known: Known) -> CallbackUnreachable:
    """A customer who was tried three times, on two days and in two ways, is not called any more (R-2.5.1-b)."""
    draft: CallbackUnreachable = order.draft
    refuse(_open(draft.point, case), _tried(draft.point, case))
    attempts = _attempts(draft.point, case)
    return msgspec.structs.replace(draft, attempts=len(attempts), last_at=max(one.at for one in attempts))


def _attempts(point: CallbackPoint, case: Case) -> tuple[Attempt, ...]:
    return next((one.attempts for one in case.followup.callbacks if one.point is point and one.is_open), ())


def _tried(point: CallbackPoint, case: Case) -> Iterator[Fault]:
    if point in unmade(case) and not is_unreachable(_attempts(point, case)):
        yield Fault("S-GUARD", "not_tried_enough", "point", {"name": point.value})


def check_closing(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """An improvement comes with the customer's consent. Raises: AlreadyTrue when our machinery comes after closing."""
    if order.actor.role is Role.SYSTEM and case.state is CaseState.CLOSED:
        raise AlreadyTrue("CaseClosed")
    draft: CaseClosed = order.draft
    yield from needed(draft.consent_ref, draft.improvement_id is not None, "consent_ref")
    yield from needed(draft.improvement_id, draft.consent_ref is not None, "improvement_id")


def close_case(order: Order, case: Case, known: Known) -> CaseClosed:
    """Every call-back was made or given up; a dissatisfied customer agreed to an improvement (R-2.5.1-a)."""
    draft: CaseClosed = order.draft
    refuse(_unfinished(case), _dissatisfied(draft, case))
    return msgspec.structs.replace(draft, flags=sorted(_flags(case)))


def _unfinished(case: Case) -> Iterator[Fault]:
    for point in unscheduled(case):
        yield Fault("S-GUARD", "callback_not_scheduled", values={"name": point.value})
    for point in unmade(case):
        yield Fault("S-GUARD", "callback_not_made", values={"name": point.value})


def _dissatisfied(draft: CaseClosed, case: Case) -> Iterator[Fault]:
    if is_dissatisfied(case) and draft.improvement_id is None:
        yield Fault("S-GUARD", "customer_dissatisfied", "improvement_id")


def _flags(case: Case) -> Iterator[str]:
    """What stays to be seen on a closed case: issues left open, what was missed or never said in this cycle."""
    report, verified = case.dispatch.report, case.dispatch.verification
    yield from {f"BREACH_{one.clock.value}" for one in case.followup.breaches if one.cycle == case.cycle}
    if report is not None and report.open_issues:
        yield "OPEN_ISSUES"
    if any(one.given_up_at is not None for one in case.followup.callbacks):
        yield "UNREACHABLE"
    if is_dissatisfied(case):
        yield "DISSATISFIED"
    if verified is not None and verified.is_unsigned:
        yield "UNSIGNED"
