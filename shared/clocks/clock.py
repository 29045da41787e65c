"""One clock of a case at any instant: whether it runs, when it is due, how much of its time is used. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared.clocks.bases import Stretches, counted, due
from shared.clocks.rules import Rules
from shared.events.vocabulary import ClockName, PauseReason, TimeBase, Urgency

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")


class Status(StrEnum):
    """Where a clock stands at an instant. WITHDRAWN: it fell away before it was due."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    MET = "MET"
    BREACHED = "BREACHED"
    WITHDRAWN = "WITHDRAWN"


class Cause(StrEnum):
    """Why a clock was late from one moment to the next, though nobody was: what it is measured by was changed."""

    RECLASSIFIED = "RECLASSIFIED"
    REBASED = "REBASED"


class Standstill(Struct, frozen=True):
    """A stretch in which a clock stood still, why, and the events that began and ended it; `to` None: still."""

    since: datetime
    to: datetime | None
    reason: PauseReason
    begun_by: str
    ended_by: str


class Clock(Struct, frozen=True):
    """One run of one clock, and what it is measured by. `part` tells the runs of one clock in one cycle apart.

    `target_seconds` are seconds of the base. `due_at` counts the pauses that are over; while it stands still it is due
    as if it ran again at once. `stopped_at` is when it was kept or, if `is_withdrawn`, when it fell away; what says so
    was recorded at `stop_recorded_at`. `agreed_until` is a date the customer agreed to, beside the policy's.
    `is_provisional`: the due time rests on days that nobody has confirmed.
    """

    name: ClockName
    part: str
    cycle: int
    urgency: Urgency
    base: TimeBase
    target_seconds: int
    started_at: datetime
    started_by: str
    due_at: datetime
    policy_version: int
    calendar_version: str
    stopped_at: datetime | None = None
    stopped_by: str = ""
    stop_recorded_at: datetime | None = None
    is_withdrawn: bool = False
    pauses: tuple[Standstill, ...] = ()
    paused_since: datetime | None = None
    is_provisional: bool = False
    agreed_until: datetime | None = None
    cause: Cause | None = None

    def status(self, at: datetime) -> Status:
        """Exactly at the due time, to the second, is on time; a stop after it does not heal."""
        if is_late(self.until(at), self.due_at):
            return Status.BREACHED
        if self.stopped_at is not None:
            return Status.WITHDRAWN if self.is_withdrawn else Status.MET
        return Status.PAUSED if self.paused_since is not None else Status.RUNNING

    def until(self, at: datetime) -> datetime:
        """Until when it counts, asked at an instant: its stop, else since when it stands still, else that instant."""
        if self.stopped_at is not None:
            return self.stopped_at
        return min(at, self.paused_since) if self.paused_since is not None else at

    @property
    def recording_delay(self) -> timedelta | None:
        """How much later than it happened its stop was recorded, None while it runs."""
        if self.stopped_at is None or self.stop_recorded_at is None:
            return None
        return max(timedelta(0), self.stop_recorded_at - self.stopped_at)


def is_late(at: datetime, due_at: datetime) -> bool:
    """Whether an instant is a whole second or more after the due time."""
    return at - due_at >= timedelta(seconds=1)


def used(clock: Clock, at: datetime, rules: Rules) -> int:
    """The seconds of its base that a clock had counted by an instant."""
    return counted(clock.base, rules.calendar, clock.started_at, clock.until(at), stretches(clock.pauses))


def remaining(clock: Clock, at: datetime, rules: Rules) -> int:
    """The seconds of its base that were left, 0 when none were."""
    return max(0, clock.target_seconds - used(clock, at, rules))


def overdue_by(clock: Clock, at: datetime, rules: Rules) -> int:
    """The seconds of its base beyond the due time; 0 in time, and while only closed hours have passed since."""
    until = clock.until(at)
    if not is_late(until, clock.due_at):
        return 0
    return counted(clock.base, rules.calendar, clock.due_at, until, stretches(clock.pauses))


def instant_at(clock: Clock, percent: int, rules: Rules) -> datetime:
    """When so much of the target is used, pauses counted out; 100 is the due time.

    While a clock stands still, what lies after `paused_since` is when it would be if it ran again at once.
    Raises: calendar.NeverOpen.
    """
    if percent == 100:
        return clock.due_at
    seconds = clock.target_seconds * percent // 100
    # A share of calendar days is counted in seconds: a day and a half has no date of its own.
    base = TimeBase.H24 if clock.base is TimeBase.CD else clock.base
    return due(base, rules.calendar, clock.started_at, seconds, stretches(clock.pauses))


def stretches(pauses: tuple[Standstill, ...]) -> Stretches:
    """From and to of the pauses that are over."""
    return tuple((one.since, one.to) for one in pauses if one.to is not None)
