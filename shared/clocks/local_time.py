"""When a local clock shows a time: the one place that knows what a change of the clocks does. Pure."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def second_of(instant: datetime) -> int:
    """The whole seconds from the beginning of 1970 to an instant; a fraction is cut off."""
    return (instant - _EPOCH) // _SECOND


def instant_of(second: int) -> datetime:
    """The instant of so many seconds from the beginning of 1970, in UTC."""
    return _EPOCH + timedelta(seconds=second)


def first_shown(day: date, minutes: int, zone: ZoneInfo) -> int:
    """The first second at which the clock of a zone shows so many minutes after midnight of a day, or a later time.

    A time that the clock shows twice counts from the first time; one that it leaps over counts from the leap, so that
    what comes earlier in a day never comes later in fact.
    """
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    second = second_of(local.replace(tzinfo=zone))
    if _shown(second, zone) == local:
        return second
    # Before the leap the clock shows less, after it more; the two readings of a missing time lie around the leap.
    earlier = second_of(local.replace(tzinfo=zone, fold=1))
    return earlier + bisect_left(range(earlier, second), True, key=lambda one: _shown(one, zone) >= local)


def _shown(second: int, zone: ZoneInfo) -> datetime:
    return instant_of(second).astimezone(zone).replace(tzinfo=None, fold=0)
