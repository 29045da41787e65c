"""What follows from the events of a case: the watch over its clocks, its call-backs, and its end. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.followup.policies_pauses import PAUSE_POLICIES
from shared.case.clock_table import MOVING
from shared.case.state import Case, report_of
from shared.clocks.callbacks import Appointment, appointments, is_dissatisfied, unmade, unscheduled
from shared.clocks.catalogue import clocks_of
from shared.clocks.clock import Clock, is_late
from shared.clocks.policy import SERVICE_LEVELS
from shared.events.envelope import Recorded
from shared.events.policy import SlaPolicyPublished
from shared.events.vocabulary import CaseState, Role
from shared.masters.policy import Policy as Published
from shared.reactors.policy import Consequence, Policy, Reaction, Withdrawal
from shared.rules.measuring import levels_and_calendars, rulebook
from shared.store.order import Known, Reference

GRACE = timedelta(seconds=1)
"""Sent a little later than due, so that no machine's clock is still before the due time when it is judged."""


def _levels(event: Any, state: Any) -> Sequence[Reference]:
    return tuple(levels_and_calendars(event, state))


def _levels_of(case: Case, known: Known) -> SlaPolicyPublished | None:
    """The service levels that the case began under, None when they are not known."""
    policy: Published | None = known.get("policy", SERVICE_LEVELS)
    version = policy.version(report_of(case).policy_version) if policy is not None else None
    return version if isinstance(version, SlaPolicyPublished) else None


def _key(case_id: str, clock: Clock) -> str:
    part = f":{clock.part}" if clock.part else ""
    return f"breach:{case_id}:{clock.name}:{clock.cycle}{part}"


def watch_clocks(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """Each running clock is flagged when its time has passed; one stopped in time is not watched any more."""
    clocks = clocks_of(case, rulebook(known))
    return [_watched(recorded.aggregate_id, clock) for clock in clocks if not _is_history(case, clock)]


def _is_history(case: Case, clock: Clock) -> bool:
    """Whether a clock of an imported case was over before the case was entered: nobody could have been told."""
    entered = case.intake.recorded_at
    return case.intake.origin == "import" and entered is not None and clock.due_at <= entered


def _watched(case_id: str, clock: Clock) -> Reaction:
    """A clock that was kept, fell away or stands still in time is not watched; it is again once it runs on."""
    until = clock.stopped_at or clock.paused_since
    if until is not None and not is_late(until, clock.due_at):
        return Withdrawal(_key(case_id, clock))
    due_at = clock.due_at.isoformat()
    named = {"clock": clock.name.value, **({"part": clock.part} if clock.part else {})}
    return Consequence(
        key=_key(case_id, clock),
        # The version is part of what is sent: a rebase that leaves the due time alone asks for another command.
        essence=f"{due_at}:{clock.policy_version}",
        service="followup",
        command="FlagBreach",
        aggregate_id=case_id,
        body={**named, "due_at": due_at, "policy_version": clock.policy_version},
        not_before=clock.due_at + GRACE,
    )


def schedule_callbacks(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """A verified service is followed by its call-backs; one of an earlier cycle by none. Raises: LookupError."""
    if case.cycle != recorded.meta.cycle or case.dispatch.verification is None:
        return ()
    levels = _levels_of(case, known)
    if levels is None:
        raise LookupError("the service levels of the case are not known")
    wanted = appointments(case, recorded.meta.occurred_at, levels.content)
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


REFUSALS = 2
"""So many refused visits in a cycle are looked at by the managers."""


def escalate_refusals(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """A visit that was refused twice is raised to level 3 (B-19), to whom the policy names for it."""
    refused = [one for one in case.dispatch.requests if one.is_refused and one.cycle == case.cycle]
    if len(refused) < REFUSALS:
        return ()
    levels = _levels_of(case, known)
    steps = levels.content.escalation if levels is not None else []
    to = next((step.to for step in steps if step.level == 3), None) or [Role.SUPERVISOR]
    body = {"clock": "APPROVAL", "level": 3, "trigger": "TWO_REFUSALS", "to": [str(role) for role in to]}
    return (
        Consequence(
            key=f"escalate:{recorded.aggregate_id}:{case.cycle}:TWO_REFUSALS",
            essence=refused[REFUSALS - 1].event_id,
            service="followup",
            command="Escalate",
            aggregate_id=recorded.aggregate_id,
            body=body,
        ),
    )


POLICIES = (
    Policy(
        "watch-clocks",
        MOVING,
        watch_clocks,
        first_position=0,
        consults=_levels,
    ),
    Policy(
        "schedule-callbacks",
        frozenset({"ServiceVerified", "UnsignedDecided"}),
        schedule_callbacks,
        first_position=0,
        consults=_levels,
    ),
    Policy(
        "close-when-done",
        frozenset({"CallbackDone", "CallbackUnreachable", "Archived"}),
        close_when_done,
        first_position=0,
    ),
    Policy("escalate-refusals", frozenset({"OnsiteRejected"}), escalate_refusals, first_position=0, consults=_levels),
    *PAUSE_POLICIES,
)
