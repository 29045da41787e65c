"""The rules of calling back and closing. Pure: when a customer is called, by whom, and when a case is over (2.5.1)."""

from collections.abc import Iterator

import msgspec

from shared.case.state import Case, served_by
from shared.clocks.callbacks import is_dissatisfied, result_of, unmade, unscheduled
from shared.events.case.followup import CallbackDone, CallbackScheduled, CaseClosed
from shared.events.vocabulary import CallbackPoint, CaseState, Role
from shared.rules.acting import person_of_record, refuse
from shared.rules.instants import not_ahead
from shared.store.order import AlreadyTrue, Fault, Known, Order, Refused


def check_schedule(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The due time lies in its window (R-2.5.1-a). Raises: AlreadyTrue when the point is scheduled in this cycle."""
    draft: CallbackScheduled = order.draft
    if any(one.point is draft.point for one in case.followup.callbacks):
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
    found = {one.point: one.done_at for one in case.followup.callbacks}
    if point not in found:
        yield Fault("S-GUARD", "callback_not_scheduled", "point", {"name": point.value})
    elif found[point] is not None:
        yield Fault("S-GUARD", "callback_made_already", "point", {"name": point.value})
    if point is CallbackPoint.M1 and found.get(CallbackPoint.D7) is None:
        yield Fault("S-GUARD", "week_before_month", "point")


def check_closing(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nothing of its own. Raises: AlreadyTrue when our machinery comes after the case was closed."""
    if order.actor.role is Role.SYSTEM and case.state is CaseState.CLOSED:
        raise AlreadyTrue("CaseClosed")
    return iter(())


def close_case(order: Order, case: Case, known: Known) -> CaseClosed:
    """Every call-back was made and nobody is dissatisfied (R-2.5.1-a)."""
    refuse(_unfinished(case))
    draft: CaseClosed = order.draft
    return msgspec.structs.replace(draft, flags=sorted(_flags(case)))


def _unfinished(case: Case) -> Iterator[Fault]:
    for point in unscheduled(case):
        yield Fault("S-GUARD", "callback_not_scheduled", values={"name": point.value})
    for point in unmade(case):
        yield Fault("S-GUARD", "callback_not_made", values={"name": point.value})
    if is_dissatisfied(case):
        yield Fault("S-GUARD", "customer_dissatisfied")


def _flags(case: Case) -> set[str]:
    """What stays to be seen on a closed case: issues left open, clocks that were missed in this cycle."""
    report = case.dispatch.report
    missed = {f"BREACH_{one.clock.value}" for one in case.followup.breaches if one.cycle == case.cycle}
    return missed | ({"OPEN_ISSUES"} if report is not None and report.open_issues else set())
