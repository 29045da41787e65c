"""When a clock began, when it is due and whether it was kept. Pure: events, policy and an instant in, a value out."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared.events.case.intake import FeedbackReceived
from shared.events.policy import SlaContent, Target
from shared.events.vocabulary import ClockName, TimeBase, Urgency, Zone

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")


class Status(StrEnum):
    """Where a clock stands at an instant."""

    RUNNING = "RUNNING"
    MET = "MET"
    BREACHED = "BREACHED"


class Clock(Struct, frozen=True):
    """One clock of one case: its name, when it began, when it is due, and when it was stopped, if it was.

    `part` tells clocks of one name apart, for example the call-back points.
    """

    name: ClockName
    started_at: datetime
    due_at: datetime
    policy_version: int
    stopped_at: datetime | None = None
    part: str = ""

    def status(self, at: datetime) -> Status:
        """Exactly at the due time is on time; a stop after it does not heal."""
        if (self.stopped_at or at) > self.due_at:
            return Status.BREACHED
        return Status.MET if self.stopped_at is not None else Status.RUNNING


def response_start(report: FeedbackReceived) -> datetime:
    """The earliest of received, relay and letter arrival; a date counts from its first minute (R-2.1.1-b, -c)."""
    starts = [report.received_at]
    if report.relay_received_at is not None:
        starts.append(report.relay_received_at)
    if report.arrived_on is not None:
        starts.append(datetime.combine(report.arrived_on, time(), COMPANY_ZONE))
    return min(starts)


def target_of(content: SlaContent, clock: ClockName, urgency: Urgency) -> Target | None:
    """The target that the policy sets for a clock at an urgency, None when it sets none."""
    return content.targets.get(clock, {}).get(urgency)


def due(start: datetime, target: Target, zone: Zone | None = None) -> datetime:
    """The last instant that is still on time; natural time for H24, whole days for CD.

    Raises: ValueError for business hours, which need a calendar.
    """
    if target.base is TimeBase.BH:
        raise ValueError("business hours need a calendar")
    hours = target.zones.get(zone, target.hours) if zone is not None else target.hours
    return start + timedelta(hours=hours)
