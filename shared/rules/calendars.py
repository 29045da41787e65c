"""Calendars in rules: what is wrong with one, and which one counts. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.clocks.calendar import Calendar
from shared.clocks.default_week import DEFAULT_WEEK
from shared.clocks.opening_hours import minutes_of
from shared.clocks.policy import CALENDAR
from shared.events.policy import CalendarContent
from shared.rules.fields import listed_once
from shared.store.order import Fault, Known, Reference

_OF_THE_MACHINE = frozenset({"localtime", "posixrules", "Factory"})
"""Files beside the zones; what they mean differs from machine to machine."""


def the_calendar(draft: object, state: object) -> Iterator[Reference]:
    """The company's calendar, for rules that count business time."""
    yield Reference("policy", CALENDAR, "")


def calendar_in_force(known: Known, at: datetime) -> Calendar:
    """The company's calendar as it is in force at an instant, the ordinary week where none was published."""
    published = known.calendar(CALENDAR, at)
    return Calendar.of(published.content if published is not None else DEFAULT_WEEK)


def calendar_version(known: Known, at: datetime) -> str:
    """The version of the calendar in force at an instant as events keep it; empty where none was published."""
    published = known.calendar(CALENDAR, at)
    return str(published.version) if published is not None else ""


def faults_of(content: CalendarContent, path: str = "") -> Iterator[Fault]:
    """Everything that is wrong with a calendar; fields begin with `path`."""
    if not _is_zone(content.timezone):
        yield Fault("V-REF", "unknown_zone", f"{path}timezone", {"name": content.timezone})
    for weekday, hours in content.week.items():
        yield from faults_of_day(hours, f"{path}week.{weekday}")
    for day, hours in content.special_days.items():
        yield from faults_of_day(hours, f"{path}special_days.{day}")
    yield from listed_once([str(day) for day in content.holidays], path + "holidays[{}]")


def faults_of_day(hours: Sequence[Sequence[str]], field: str) -> Iterator[Fault]:
    """What is wrong with the intervals of a day: two times each, in order and apart."""
    ended = 0
    for index, interval in enumerate(hours):
        faults = list(_faults_of_interval(interval, ended, f"{field}[{index}]"))
        yield from faults
        if not faults:
            ended = minutes_of(interval[1])


def _faults_of_interval(interval: Sequence[str], ended: int, field: str) -> Iterator[Fault]:
    if len(interval) != 2:
        yield Fault("V-FMT", "interval_of_two", field)
        return
    wrong = [place for place, text in enumerate(interval) if not _is_time(text)]
    for place in wrong:
        yield Fault("V-FMT", "not_a_time_of_day", f"{field}[{place}]", {"name": interval[place]})
    if wrong:
        return
    begins, ends = map(minutes_of, interval)
    if begins >= ends:
        yield Fault("V-TIME", "interval_inverted", field)
    elif begins < ended:
        yield Fault("V-TIME", "intervals_overlap", field)


def _is_zone(name: str) -> bool:
    try:
        return name not in _OF_THE_MACHINE and bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _is_time(text: str) -> bool:
    try:
        return minutes_of(text) >= 0
    except ValueError:
        return False
