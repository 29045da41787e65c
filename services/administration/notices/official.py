"""The official notice of a year as `{year, papers[], days[{name, date, isOffDay}]}`, the shape of public data. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from services.administration.notices.notice import DayKind, Notice, NoticedDay, NoticeRefused, day_of, told_twice
from shared.store.order import Fault

DECEMBER = 12


def official_notice(content: bytes) -> Notice:
    """The notice in these bytes; names and papers are for people. Raises: NoticeRefused."""
    try:
        body = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NoticeRefused(Fault("H-400", "body_not_json")) from None
    if not isinstance(body, dict) or not _is_year(body.get("year")) or not isinstance(body.get("days"), list):
        raise NoticeRefused(Fault("V-FMT", "not_a_calendar_notice"))
    faults = [fault for place, one in enumerate(body["days"]) for fault in _faults(one, body["year"], f"days[{place}]")]
    if not body["days"]:
        faults.append(Fault("V-REQ", "missing", "days"))
    if faults:
        raise NoticeRefused(*faults)
    days = tuple(map(_noticed, body["days"]))
    if twice := list(told_twice((f"days[{place}].date", one) for place, one in enumerate(days))):
        raise NoticeRefused(*twice)
    return Notice(days, body["year"])


def _is_year(year: object) -> bool:
    return isinstance(year, int) and not isinstance(year, bool) and 1990 <= year <= 2200


def _faults(one: Any, year: int, field: str) -> Iterator[Fault]:
    if not isinstance(one, dict):
        yield Fault("V-FMT", "not_an_object", field)
        return
    day = day_of(one.get("date"))
    if day is None:
        yield Fault("V-FMT", "not_a_day", f"{field}.date")
    elif day.year != year and (day.year, day.month) != (year - 1, DECEMBER):
        yield Fault("V-RANGE", "not_of_the_year", f"{field}.date", {"name": str(day), "current": year})
    if not isinstance(one.get("isOffDay"), bool):
        yield Fault("V-FMT", "not_yes_or_no", f"{field}.isOffDay")


def _noticed(one: Mapping[str, Any]) -> NoticedDay:
    day = day_of(one["date"])
    assert day is not None
    return NoticedDay(day, DayKind.HOLIDAY if one["isOffDay"] else DayKind.WORKDAY)
