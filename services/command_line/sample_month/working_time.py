"""When people work: a plain week without the fixed holidays, in the firm's time zone. For planning only, no clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Shanghai")
_SPANS = ((time(8, 30), time(12)), (time(13), time(17, 30)))
_FREE = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5), (10, 6), (10, 7)})


def is_working_day(day: date) -> bool:
    """Monday to Friday, without the holidays whose date is fixed."""
    return day.weekday() < 5 and (day.month, day.day) not in _FREE


def at_time(day: date, moment: time) -> datetime:
    """An instant by the firm's clock."""
    return datetime.combine(day, moment, HERE)


def working_day(day: date, after: int = 0) -> date:
    """The working day this many working days later; with 0 the first one from this day on."""
    while not is_working_day(day):
        day += timedelta(days=1)
    for _ in range(after):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def working_later(at: datetime, minutes: float) -> datetime:
    """The instant by which this many minutes of working time have passed."""
    at, left = at.astimezone(HERE), timedelta(minutes=minutes)
    day = at.date()
    while True:
        if is_working_day(day):
            for opens, closes in _SPANS:
                begin, end = max(at, at_time(day, opens)), at_time(day, closes)
                if begin < end:
                    if begin + left <= end:
                        return begin + left
                    left -= end - begin
        day += timedelta(days=1)


def morning(at: datetime, days: int, minutes: float) -> datetime:
    """So many minutes after opening, so many working days later (0: on this day if it is not past)."""
    at = at.astimezone(HERE)
    begun = at_time(working_day(at.date(), days), _SPANS[0][0]) + timedelta(minutes=minutes)
    if begun > at:
        return begun
    return at_time(working_day(at.date() + timedelta(days=1), 0), _SPANS[0][0]) + timedelta(minutes=minutes)


def desk_hour(day: date, minutes: float) -> datetime:
    """So many minutes after opening, on this day or the next on which people work."""
    return at_time(working_day(day), _SPANS[0][0]) + timedelta(minutes=minutes)
