"""What the words of a calendar mean for a day: its intervals in local time. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from shared.clocks.local_time import first_shown
from shared.events.policy import CalendarContent
from shared.events.vocabulary import Weekday

Minutes = tuple[int, int]
"""From and to, in minutes from midnight; 1440 is the end of the day."""
_WEEK = tuple(Weekday)
_DAY = 1440
YEARS = range(2, 9998)
"""The local years that a calendar reaches: those with a day and a zone's offset to spare on both sides."""


def minutes_of(text: str) -> int:
    """The minutes from midnight of `HH:MM`, `24:00` included. Raises: ValueError."""
    hours, colon, minutes = text.partition(":")
    digits = (hours + minutes).isascii() and (hours + minutes).isdigit()
    if not (colon and digits and len(hours) == len(minutes) == 2 and int(minutes) < 60):
        raise ValueError(f"{text!r} is no time of day")
    found = int(hours) * 60 + int(minutes)
    if found > _DAY:
        raise ValueError(f"{text!r} is no time of day")
    return found


def intervals_of(hours: Sequence[Sequence[str]]) -> tuple[Minutes, ...]:
    """The intervals of a day. Raises: ValueError when they are not in order and apart."""
    found: list[Minutes] = []
    for one in hours:
        if len(one) != 2:
            raise ValueError(f"{list(one)} is no interval from and to")
        begins, ends = map(minutes_of, one)
        if begins >= ends or (found and begins < found[-1][1]):
            raise ValueError(f"{one[0]}-{one[1]} does not come after what precedes it")
        found.append((begins, ends))
    return tuple(found)


class OpeningHours:
    """The intervals of every day of a calendar, in local time and as seconds from the beginning of 1970.

    `years` are those that may have an opening: all of them, or those of the special days when no weekday opens.
    """

    __slots__ = ("_holidays", "_special_days", "_week", "years", "zone")

    def __init__(self, content: CalendarContent) -> None:
        """Raises: ValueError for a zone, a time or an interval that cannot be."""
        self.zone = ZoneInfo(content.timezone)
        self._week = tuple(intervals_of(content.week.get(day, ())) for day in _WEEK)
        self._holidays = frozenset(content.holidays)
        self._special_days = {day: intervals_of(hours) for day, hours in content.special_days.items()}
        self.years = self._opening_years()

    def intervals(self, day: date) -> tuple[Minutes, ...]:
        """The intervals of a day: a special day first, then a holiday, then the weekday."""
        special = self._special_days.get(day)
        if special is not None:
            return special
        return () if day in self._holidays else self._week[day.weekday()]

    def spans(self, day: date) -> Iterator[tuple[int, int]]:
        """The intervals of a day as they happen; one that the clock leaps over wholly does not."""
        for begins, ends in self.intervals(day):
            opening, closing = first_shown(day, begins, self.zone), first_shown(day, ends, self.zone)
            if opening < closing:
                yield opening, closing

    def _opening_years(self) -> range:
        if any(self._week):
            return YEARS
        years = [day.year for day, hours in self._special_days.items() if hours and day.year in YEARS]
        return range(min(years), max(years) + 1) if years else range(0)
