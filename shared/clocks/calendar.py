"""Business time, exact to the second: due dates and elapsed time over opening hours. Pure.

An instant is open from an opening to just before its closing. Fractions of a second are cut off everywhere.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec

from shared.clocks.local_time import instant_of, second_of
from shared.clocks.open_year import OpenYear
from shared.clocks.opening_hours import YEARS, OpeningHours
from shared.clocks.pauses import Pauses, joined
from shared.events.policy import CalendarContent

REACH = 400
"""How many years are searched before a calendar counts as never open long enough."""
_SECOND = timedelta(seconds=1)


class NeverOpen(ValueError):
    """The asked open time is not found within the years that are searched."""


class Calendar:
    """The compiled form of a calendar. All instants have a zone; what comes back is in UTC, in whole seconds."""

    __slots__ = ("_hours", "_years", "provisional_from", "zone")

    def __init__(self, content: CalendarContent) -> None:
        """Raises: ValueError for a zone, a time or an interval that cannot be."""
        self._hours = OpeningHours(content)
        self._years: dict[int, OpenYear] = {}
        self.zone = self._hours.zone
        self.provisional_from = content.provisional_from

    @staticmethod
    def of(content: CalendarContent) -> "Calendar":
        """The compiled form, made once for one content. Raises: ValueError as the constructor."""
        return _compiled(msgspec.json.encode(content))

    @property
    def is_ever_open(self) -> bool:
        """Whether there is any opening at all."""
        return len(self._hours.years) > 0

    def due(self, start: datetime, seconds: int, pauses: Pauses = ()) -> datetime:
        """The first instant by which so many open, unpaused seconds have passed; 0: the next one that is open.

        Raises: NeverOpen; ValueError for less than no time.
        """
        at = second_of(start)
        _refuse_negative(seconds)
        for begins, ends in joined(pauses):
            if ends <= at:
                continue
            counted = self._elapsed(at, begins)
            if counted and seconds <= counted:
                break
            seconds, at = seconds - counted, ends
        return instant_of(self._due(at, seconds))

    def due_backward(self, end: datetime, seconds: int, pauses: Pauses = ()) -> datetime:
        """The last instant from which so many open, unpaused seconds pass until `end`; 0: the closing before.

        Raises: NeverOpen; ValueError for less than no time.
        """
        at = second_of(end)
        _refuse_negative(seconds)
        for begins, ends in reversed(joined(pauses)):
            if begins >= at:
                continue
            counted = self._elapsed(ends, at)
            if counted and seconds <= counted:
                break
            seconds, at = seconds - counted, begins
        return instant_of(self._due_backward(at, seconds))

    def elapsed(self, start: datetime, end: datetime, pauses: Pauses = ()) -> int:
        """The open, unpaused seconds between two instants; 0 when the second is not later. Raises: NeverOpen."""
        first, last = second_of(start), second_of(end)
        paused = sum(self._elapsed(max(first, begins), min(last, ends)) for begins, ends in joined(pauses))
        return self._elapsed(first, last) - paused

    def next_open(self, at: datetime) -> datetime:
        """The instant itself if it is open, else the next opening. Raises: NeverOpen."""
        return instant_of(self._next_open(second_of(at)))

    def is_open(self, at: datetime) -> bool:
        """Whether an instant is open."""
        second = second_of(at)
        return self._year(self._number_of(second)).opening_from(second) == second

    def open_spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches between two instants; those that touch at midnight are one."""
        first, last = second_of(start), second_of(end)
        held: tuple[int, int] | None = None
        for opening, closing in self._spans(first, last):
            if held is not None and held[1] == opening:
                held = (held[0], closing)
                continue
            if held is not None:
                yield instant_of(held[0]), instant_of(held[1])
            held = (opening, closing)
        if held is not None:
            yield instant_of(held[0]), instant_of(held[1])

    def is_working_day(self, day: date) -> bool:
        """Whether a local day has any open time."""
        return self._year(day.year).working_day_from(day) == day

    def next_working_day(self, day: date) -> date:
        """The local day itself if it is a working day, else the next one. Raises: NeverOpen."""
        for year in self._from(day.year):
            found = year.working_day_from(day)
            if found is not None:
                return found
        raise NeverOpen(f"no working day from {day} on")

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """The working days after the local day of `start` up to and with that of `end`; 0 when it is not later."""
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        if last <= first:
            return 0
        years = range(first.year, last.year + 1)
        until = sum(self._year(one).working_days_until(last) for one in years)
        return until - self._year(first.year).working_days_until(first)

    def is_provisional(self, start: datetime, end: datetime) -> bool:
        """Whether a day that no official notice has confirmed lies between two instants."""
        last = max(start, end - _SECOND).astimezone(self.zone).date()
        return self.provisional_from is not None and last >= self.provisional_from

    def _due(self, at: int, seconds: int) -> int:
        if seconds == 0:
            return self._next_open(at)
        number = self._number_of(at)
        position = self._year(number).position(at) + seconds
        for year in self._from(number):
            if position <= year.opened:
                return year.first_at(position)
            position -= year.opened
        raise NeverOpen(f"{seconds} s are not open within {REACH} years after {instant_of(at)}")

    def _due_backward(self, at: int, seconds: int) -> int:
        if seconds == 0:
            return self._closing_before(at)
        number = self._number_of(at)
        position = self._year(number).position(at) - seconds
        if position >= 0:
            return self._year(number).last_at(position)
        for year in self._back_from(number - 1):
            position += year.opened
            if position >= 0:
                return year.last_at(position)
        raise NeverOpen(f"{seconds} s are not open within {REACH} years before {instant_of(at)}")

    def _next_open(self, at: int) -> int:
        for year in self._from(self._number_of(at)):
            found = year.opening_from(at)
            if found is not None:
                return found
        raise NeverOpen(f"nothing is open within {REACH} years after {instant_of(at)}")

    def _closing_before(self, at: int) -> int:
        for year in self._back_from(self._number_of(at)):
            found = year.closing_until(at)
            if found is not None:
                return found
        raise NeverOpen(f"nothing is open within {REACH} years before {instant_of(at)}")

    def _elapsed(self, first: int, last: int) -> int:
        if last <= first:
            return 0
        one, other = self._number_of(first), self._number_of(last)
        if other - one > REACH:
            raise NeverOpen(f"{instant_of(first)} and {instant_of(last)} are more than {REACH} years apart")
        before = sum(self._year(number).opened for number in range(one, other))
        return before + self._year(other).position(last) - self._year(one).position(first)

    def _spans(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        for number in range(self._number_of(first), self._number_of(last) + 1):
            for opening, closing in self._year(number).spans(first):
                if opening >= last:
                    return
                yield max(first, opening), min(last, closing)

    def _from(self, number: int) -> Iterator[OpenYear]:
        """A year and those after it that may have an opening, as far as anybody searches."""
        years = self._hours.years
        return map(self._year, range(max(number, years.start), min(number + REACH, years.stop)))

    def _back_from(self, number: int) -> Iterator[OpenYear]:
        years = self._hours.years
        return map(self._year, range(min(number, years.stop - 1), max(number - REACH, years.start - 1), -1))

    def _year(self, number: int) -> OpenYear:
        found = self._years.get(number)
        if found is None:
            found = self._years[number] = OpenYear(self._hours, number)
        return found

    def _number_of(self, second: int) -> int:
        """The local year of a second. Raises: NeverOpen for one that no calendar reaches."""
        instant = instant_of(second)
        if instant.year not in YEARS:
            raise NeverOpen(f"no calendar reaches {instant}")
        return instant.astimezone(self.zone).year


@lru_cache(maxsize=64)
def _compiled(content: bytes) -> Calendar:
    return Calendar(msgspec.json.decode(content, type=CalendarContent))


def _refuse_negative(seconds: int) -> None:
    if seconds < 0:
        raise ValueError(f"{seconds} s is less than no time")
