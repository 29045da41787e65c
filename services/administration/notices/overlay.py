"""A notice laid over a calendar: the draft of its next version, and what changes by it. Pure."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import date

import msgspec
from msgspec import Struct

from services.administration.notices.notice import DayKind, Notice
from services.administration.notices.official import DECEMBER, official_notice
from services.administration.notices.table import table_notice
from shared.events.policy import CalendarContent, DayHours
from shared.events.vocabulary import Weekday


class Change(Struct, frozen=True):
    """A day that is another one now: its intervals before and after."""

    day: date
    before: DayHours
    after: DayHours


def drafted(content: CalendarContent, notice: bytes) -> CalendarContent:
    """The calendar with a notice, an official one or a table, laid over it. Raises: NoticeRefused."""
    plain = notice.removeprefix(BOM_UTF8)
    read = official_notice if plain.lstrip().startswith((b"{", b"[")) else table_notice
    return overlaid(content, read(plain))


def overlaid(content: CalendarContent, notice: Notice) -> CalendarContent:
    """What the notice says of a day counts; unconfirmed holidays of its year that it does not name are none.

    Days that were confirmed and the company's own special days stay.
    """
    named = {one.day for one in notice.days}
    kept = (day for day in content.holidays if day not in named and not _gives_way(day, content, notice))
    special_days = {day: hours for day, hours in content.special_days.items() if day not in named}
    for one in notice.days:
        if one.kind in (DayKind.WORKDAY, DayKind.SPECIAL):
            special_days[one.day] = _ordinary(content, one.day) if one.hours is None else one.hours
    return msgspec.structs.replace(
        content,
        holidays=sorted({*kept, *(one.day for one in notice.days if one.kind is DayKind.HOLIDAY)}),
        special_days=dict(sorted(special_days.items())),
        provisional_from=_provisional_from(content, notice),
    )


def _gives_way(day: date, content: CalendarContent, notice: Notice) -> bool:
    return day.year == notice.year and content.provisional_from is not None and day >= content.provisional_from


def _ordinary(content: CalendarContent, day: date) -> DayHours:
    """The hours of the weekday where it works, else those of the first weekday that does."""
    of_the_day = content.week.get(tuple(Weekday)[day.weekday()], [])
    return of_the_day or next((content.week[one] for one in Weekday if content.week.get(one)), [])


def _provisional_from(content: CalendarContent, notice: Notice) -> date | None:
    """The day after an official year, where all days up to that year are confirmed; else as it was."""
    first, year = content.provisional_from, notice.year
    if year is None:
        return first
    follows = first is None or date(year - 1, DECEMBER, 1) <= first <= date(year, DECEMBER, 31)
    return date(year + 1, 1, 1) if follows else first


def changes(before: CalendarContent, after: CalendarContent) -> Iterator[Change]:
    """Every day that has other intervals, in order."""
    named = {*before.holidays, *before.special_days, *after.holidays, *after.special_days}
    for day in sorted(named):
        was, now = _hours(before, day), _hours(after, day)
        if was != now:
            yield Change(day, was, now)


def _hours(content: CalendarContent, day: date) -> DayHours:
    if day in content.special_days:
        return content.special_days[day]
    return [] if day in content.holidays else content.week.get(tuple(Weekday)[day.weekday()], [])
