"""What follows from the events of a case: the watch over its time, its call-backs, and its end. Pure."""

from collections.abc import Sequence
from typing import Any

from services.followup.policies_pauses import PAUSE_POLICIES
from services.followup.policies_time import TIME_POLICIES
from shared.case.facts.followup import Callback
from shared.case.state import Case
from shared.clocks.callbacks import (
    Appointment,
    appointments,
    is_dissatisfied,
    is_unreachable,
    unmade,
    unscheduled,
)
from shared.events.envelope import Recorded
from shared.events.vocabulary import CaseState
from shared.reactors.policy import Consequence, Policy, Reaction, Withdrawal
from shared.rules.measuring import levels_and_calendars, rulebook
from shared.store.order import Known


def schedule_callbacks(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """A verified service is followed by its call-backs; one of an earlier cycle by none. Raises: LookupError."""
    if case.cycle != recorded.meta.cycle or case.dispatch.verification is None:
        return ()
    rules = rulebook(known).of(case.timing.terms[-1])
    if rules is None:
        raise LookupError("the service levels of the case are not known")
    wanted = appointments(case, recorded.meta.occurred_at, rules.policy, rules.calendar)
    return [_appointed(recorded.aggregate_id, one, case.cycle) for one in wanted]


def _appointed(case_id: str, one: Appointment, cycle: int) -> Consequence:
    times = {name: getattr(one, name).isoformat() for name in ("due_at", "window_from", "window_to")}
    return Consequence(
        key=f"callback:{case_id}:{cycle}:{one.point}",
        essence=times["due_at"],
        service="followup",
        command="ScheduleCallback",
        aggregate_id=case_id,
        body={"point": one.point.value, **times},
    )


def give_up_calls(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """A customer who was tried often enough is not called any more once the window of the call-back is over."""
    return [_given_up(recorded.aggregate_id, case.cycle, one) for one in case.followup.callbacks]


def _given_up(case_id: str, cycle: int, one: Callback) -> Reaction:
    key = f"give-up:{case_id}:{cycle}:{one.point}"
    if not one.is_open or not is_unreachable(one.attempts):
        return Withdrawal(key)
    return Consequence(
        key=key,
        essence=one.window_to.isoformat(),
        service="followup",
        command="GiveUpCallback",
        aggregate_id=case_id,
        body={"point": one.point.value},
        not_before=max(one.window_to, one.attempts[-1].at),
    )


def close_when_done(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """An archived case is over once every call-back was made and nobody is dissatisfied."""
    if case.state is not CaseState.ARCHIVED or unscheduled(case) or unmade(case) or is_dissatisfied(case):
        return ()
    ends = (one.done_at or one.given_up_at for one in case.followup.callbacks)
    last = max(end for end in ends if end is not None)
    return (
        Consequence(
            key=f"close:{recorded.aggregate_id}:{case.cycle}",
            essence=last.isoformat(),
            service="followup",
            command="CloseCase",
            aggregate_id=recorded.aggregate_id,
            body={},
        ),
    )


POLICIES = (
    *TIME_POLICIES,
    Policy(
        "schedule-callbacks",
        frozenset({"ServiceVerified", "UnsignedDecided"}),
        schedule_callbacks,
        first_position=0,
        consults=levels_and_calendars,
    ),
    Policy(
        "give-up-calls",
        frozenset({"CallbackAttempted", "CallbackDone", "CallbackUnreachable", "EventVoided"}),
        give_up_calls,
        first_position=0,
    ),
    Policy(
        "close-when-done",
        frozenset({"CallbackDone", "CallbackUnreachable", "Archived"}),
        close_when_done,
        first_position=0,
    ),
    *PAUSE_POLICIES,
)
