"""The open stretches of one year with their running sums, to be searched and never walked. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate

from shared.clocks.opening_hours import OpeningHours

_DAY = timedelta(days=1)


class OpenYear:
    """A local year. A second is one from the beginning of 1970; a position is a number of open seconds of the year.

    `opened` is the open time of the whole year [s].
    """

    __slots__ = ("_after", "_before", "_closings", "_openings", "_working_days", "opened")

    def __init__(self, hours: OpeningHours, year: int) -> None:
        spans = [(day, span) for day in _days(year) for span in hours.spans(day)]
        self._openings = [opening for _, (opening, _) in spans]
        self._closings = [closing for _, (_, closing) in spans]
        self._after = list(accumulate(closing - opening for _, (opening, closing) in spans))
        self._before = [0, *self._after[:-1]]
        self._working_days = sorted({day.toordinal() for day, _ in spans})
        self.opened = self._after[-1] if spans else 0

    def position(self, second: int) -> int:
        """The open seconds from the year's beginning to a second of it."""
        index = bisect_right(self._openings, second) - 1
        if index < 0:
            return 0
        return self._before[index] + min(second, self._closings[index]) - self._openings[index]

    def first_at(self, position: int) -> int:
        """The first second by which more than 0 and at most `opened` open seconds have passed."""
        index = bisect_left(self._after, position)
        return self._openings[index] + position - self._before[index]

    def last_at(self, position: int) -> int:
        """The last second by which at least 0 and less than `opened` open seconds have passed."""
        index = bisect_right(self._before, position) - 1
        return self._openings[index] + position - self._before[index]

    def opening_from(self, second: int) -> int | None:
        """The second itself if it is open, else the next opening; None when the year has none."""
        index = bisect_right(self._closings, second)
        return max(second, self._openings[index]) if index < len(self._openings) else None

    def closing_until(self, second: int) -> int | None:
        """The second itself if open time ends or goes on there, else the closing before; None when there is none."""
        index = bisect_left(self._openings, second) - 1
        return min(second, self._closings[index]) if index >= 0 else None

    def spans(self, second: int) -> Iterator[tuple[int, int]]:
        """The open stretches that end after a second."""
        for index in range(bisect_right(self._closings, second), len(self._openings)):
            yield self._openings[index], self._closings[index]

    def working_days_until(self, day: date) -> int:
        """The working days of the year up to and with a day."""
        return bisect_right(self._working_days, day.toordinal())

    def working_day_from(self, day: date) -> date | None:
        """The day itself if it is a working day, else the next one; None when the year has none."""
        index = bisect_left(self._working_days, day.toordinal())
        return date.fromordinal(self._working_days[index]) if index < len(self._working_days) else None


def _days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += _DAY
