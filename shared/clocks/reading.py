"""A clock as it is read: where it stands at an instant, and what became of every second. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from msgspec import Struct

from shared.clocks.clock import Cause, Clock, Status, overdue_by, remaining, used
from shared.clocks.rules import Rules
from shared.clocks.spans import Span, spans
from shared.events.vocabulary import ClockName, PauseReason, TimeBase, Urgency

WORTH_SAYING = 60
"""Seconds between a stop and its record that a person need be told of."""


class ClockItem(Struct, frozen=True):
    """One clock at an instant; times that count are seconds of its base.

    A breach that was recorded stays in `status`; `recomputed_status` is what the clock says today where that differs.
    `recording_delay` is how many natural seconds after it happened the stop was recorded.
    """

    clock: ClockName
    part: str
    cycle: int
    urgency: Urgency
    base: TimeBase
    target: int
    started_at: datetime
    started_by: str
    due_at: datetime
    is_provisional: bool
    agreed_until: datetime | None
    policy_version: int
    calendar_version: str
    status: Status
    recomputed_status: Status | None
    is_breached: bool
    cause: Cause | None
    used: int
    remaining: int
    overdue_by: int
    paused_since: datetime | None
    stopped_at: datetime | None
    stopped_by: str
    is_withdrawn: bool
    recording_delay: int | None
    spans: tuple[Span, ...]

    @property
    def recorded_late_by(self) -> int:
        """How much later the stop was recorded [s], 0 while that is not worth saying."""
        delay = self.recording_delay or 0
        return delay if delay >= WORTH_SAYING else 0


class Passage(Struct, frozen=True):
    """What was between two events of a clock: it ran, or (`reason`) stood still. `counted` seconds of its base, the
    rest of the time nobody works."""

    since: datetime
    to: datetime
    counted: int
    closed: int
    begun_by: str
    ended_by: str
    reason: PauseReason | None


def passages(found: Iterable[Span]) -> list[Passage]:
    """The spans of a clock from event to event."""
    told: list[Passage] = []
    for (reason, begun_by, ended_by), group in groupby(found, lambda one: (one.reason, one.begun_by, one.ended_by)):
        between = list(group)
        since, to, seconds = between[0].since, between[-1].to, sum(one.seconds for one in between)
        closed = int((to - since).total_seconds()) - seconds
        told.append(Passage(since, to, seconds, closed, begun_by, ended_by, reason))
    return told


class Total(Struct, frozen=True):
    """How long a problem took: to its first resolution, and from the first report to the last one; seconds of natural
    time. None: not resolved."""

    first_resolution: int | None
    total_resolution: int | None


def total_of(items: Sequence[ClockItem]) -> Total:
    """Both resolution times of a case, by its clocks."""
    runs = [one for one in items if one.clock is ClockName.RESOLUTION]
    solved = [one.stopped_at for one in runs if one.stopped_at is not None and not one.is_withdrawn]
    if not solved:
        return Total(None, None)
    first, last = (int((at - runs[0].started_at).total_seconds()) for at in (solved[0], solved[-1]))
    return Total(None if runs[0].is_withdrawn else first, last)


def item_of(clock: Clock, at: datetime, rules: Rules, *, is_breached: bool) -> ClockItem:
    """A clock as it stands at an instant, by the rules that it is measured by. Raises: calendar.NeverOpen."""
    computed, delay = clock.status(at), clock.recording_delay
    status = Status.BREACHED if is_breached else computed
    return ClockItem(
        clock=clock.name,
        part=clock.part,
        cycle=clock.cycle,
        urgency=clock.urgency,
        base=clock.base,
        target=clock.target_seconds,
        started_at=clock.started_at,
        started_by=clock.started_by,
        due_at=clock.due_at,
        is_provisional=clock.is_provisional,
        agreed_until=clock.agreed_until,
        policy_version=clock.policy_version,
        calendar_version=clock.calendar_version,
        status=status,
        recomputed_status=computed if computed is not status else None,
        is_breached=is_breached,
        cause=clock.cause,
        used=used(clock, at, rules),
        remaining=remaining(clock, at, rules),
        overdue_by=overdue_by(clock, at, rules),
        paused_since=clock.paused_since,
        stopped_at=clock.stopped_at,
        stopped_by=clock.stopped_by,
        is_withdrawn=clock.is_withdrawn,
        recording_delay=int(delay.total_seconds()) if delay is not None else None,
        spans=spans(clock, at, rules),
    )
