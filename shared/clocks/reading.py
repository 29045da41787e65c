"""A clock as it is read: where it stands at an instant, and what became of every second. Pure."""

from datetime import datetime

from msgspec import Struct

from shared.clocks.clock import Cause, Clock, Status, overdue_by, remaining, used
from shared.clocks.rules import Rules
from shared.clocks.spans import Span, spans
from shared.events.vocabulary import ClockName, TimeBase, Urgency


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
