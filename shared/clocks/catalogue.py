"""Every clock as a row of data: what starts it and what stops it. Targets come from the policy, not from here."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from operator import attrgetter

from msgspec import Struct

from shared.case.state import Case, received_at_of, report_of, urgency_of
from shared.clocks.clock import Clock, due, response_start, target_of
from shared.events.policy import SlaContent
from shared.events.vocabulary import ClockName


class Run(Struct, frozen=True):
    """One stretch that a clock measures: from, to (None: still running).

    `due_at` is given where the case itself says when it is due, else the policy's target says it. `part` tells the
    runs of one clock apart, for example the call-back points.
    """

    started_at: datetime
    stopped_at: datetime | None
    due_at: datetime | None = None
    part: str = ""


class ClockRow(Struct, frozen=True):
    """A clock, and the stretches of a case that it measures."""

    name: ClockName
    runs: Callable[[Case], Iterable[Run]]


def _first_response(case: Case) -> Iterator[Run]:
    yield Run(_response_start(case), case.intake.acknowledged_at)


def _response_start(case: Case) -> datetime:
    """The earliest arrival of the report, or of one that was the same; a later cycle begins with its reopening."""
    if case.intake.cycle_began_at is not None:
        return case.intake.cycle_began_at
    relayed = (one.relay_received_at for one in case.intake.absorbed if one.relay_received_at is not None)
    return min((response_start(report_of(case)), received_at_of(case), *relayed))


def _resolution(case: Case) -> Iterator[Run]:
    verified = case.dispatch.verification
    yield Run(received_at_of(case), verified.verified_at if verified is not None else None)


def _callback(case: Case) -> Iterator[Run]:
    verified = case.dispatch.verification
    for one in case.followup.callbacks:
        started_at = verified.verified_at if verified is not None else one.scheduled_at
        yield Run(started_at, one.done_at or one.given_up_at, one.due_at, one.point.value)


CATALOGUE: tuple[ClockRow, ...] = (
    ClockRow(ClockName.FIRST_RESPONSE, _first_response),
    ClockRow(ClockName.RESOLUTION, _resolution),
    ClockRow(ClockName.CALLBACK, _callback),
)


_OF_INTAKE = attrgetter("acknowledged_at", "absorbed", "cycle_began_at")
_OF_THE_REPORT = attrgetter(
    "received_at", "relay_received_at", "arrived_on", "policy_version", "claimed_urgency", "customer_id"
)


def stand_still(before: Case, after: Case) -> bool:
    """Whether nothing differs that the rows, or their targets, read of a case: its clocks are the same then.

    A row that reads more of a case says so here. Parts that an event left alone are the same objects.
    """
    if before.dispatch is not after.dispatch and before.dispatch.verification != after.dispatch.verification:
        return False
    if before.followup is not after.followup and (
        before.followup.callbacks != after.followup.callbacks or before.followup.breaches != after.followup.breaches
    ):
        return False
    if before.triage is not after.triage and before.triage.urgency != after.triage.urgency:
        return False
    if before.intake is after.intake:
        return True
    return _OF_INTAKE(before.intake) == _OF_INTAKE(after.intake) and _OF_THE_REPORT(
        before.intake.report
    ) == _OF_THE_REPORT(after.intake.report)


def clocks_of(case: Case, content: SlaContent, policy_version: int) -> tuple[Clock, ...]:
    """All clocks that have begun in a case, under one version of the policy."""
    found: list[Clock] = []
    urgency = urgency_of(case)
    for row in CATALOGUE:
        target = target_of(content, row.name, urgency)
        for run in row.runs(case):
            due_at = run.due_at or (due(run.started_at, target) if target is not None else None)
            if due_at is not None:
                found.append(Clock(row.name, run.started_at, due_at, policy_version, run.stopped_at, run.part))
    return tuple(found)
