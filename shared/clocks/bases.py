"""The three ways of counting time: natural hours, business hours, calendar days. Pure; whole seconds throughout."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from shared.clocks.calendar import Calendar
from shared.clocks.local_time import instant_of, second_of
from shared.clocks.pauses import joined
from shared.events.vocabulary import TimeBase

Stretches = tuple[tuple[datetime, datetime], ...]
DAY = 24 * 3600


@lru_cache(maxsize=20_000)
def due(base: TimeBase, calendar: Calendar, start: datetime, seconds: int, pauses: Stretches = ()) -> datetime:
    """The first instant by which so many seconds were counted; paused time is measured in the same base.

    Remembered, since a clock is computed again with every event that moves another. Raises: calendar.NeverOpen.
    """
    if base is TimeBase.BH:
        return calendar.due(start, seconds, pauses)
    first = second_of(start)
    if base is TimeBase.CD:
        seconds = second_of(_days_later(calendar, start, seconds // DAY)) + seconds % DAY - first
    return instant_of(_passed(first, seconds, pauses))


def counted(base: TimeBase, calendar: Calendar, start: datetime, end: datetime, pauses: Stretches = ()) -> int:
    """The seconds counted between two instants; 0 when the second is not later. Raises: calendar.NeverOpen."""
    if base is TimeBase.BH:
        return calendar.elapsed(start, end, pauses)
    first, last = second_of(start), second_of(end)
    paused = sum(max(0, min(last, ends) - max(first, begins)) for begins, ends in joined(pauses))
    return max(0, last - first) - paused if last > first else 0


def open_spans(
    base: TimeBase, calendar: Calendar, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches between two instants in which time counts at all."""
    if base is TimeBase.BH:
        yield from calendar.open_spans(start, end)
    elif start < end:
        yield start, end


def _days_later(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The same local time so many days later."""
    return start.astimezone(calendar.zone) + timedelta(days=days)


def _passed(at: int, seconds: int, pauses: Stretches) -> int:
    for begins, ends in joined(pauses):
        if ends <= at:
            continue
        before = max(0, begins - at)
        if before and seconds <= before:
            break
        seconds, at = seconds - before, ends
    return at + seconds
