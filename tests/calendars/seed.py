"""Writes the calendar of a new deployment: `python -m tests.calendars.seed`.

Two libraries tell the days off and the make-up working days of the State Council's notices. Where they differ nothing
is written. Days after the last notice are the statutory ones alone, and provisional.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import holidays
import msgspec
from chinese_calendar import constants

FIRST, LAST = 2020, 2026
"""The years whose notices both libraries know, from the first day that rules are in force for."""
COMING = LAST + 1
HOURS = [["08:30", "12:00"], ["13:00", "17:30"]]
FILE = Path(__file__).parents[2] / "services" / "administration" / "seed" / "calendar.json"
_MOVED = ("补假", "调休")
"""What names a day that only a notice can set."""


def days(first: int, last: int) -> Iterator[date]:
    """Every day of these years."""
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(days=1)


def differing() -> list[date]:
    """The days on which one library works and the other does not."""
    other = holidays.country_holidays("CN", years=range(FIRST, LAST + 1))
    return [day for day in days(FIRST, LAST) if chinese_calendar.is_workday(day) is not other.is_working_day(day)]


def statutory(year: int) -> list[date]:
    """The days that the law itself gives, without those that a notice moves."""
    known = holidays.country_holidays("CN", years=year)
    return sorted(day for day, name in known.items() if day.year == year and not any(one in name for one in _MOVED))


def calendar() -> dict[str, Any]:
    """The content. Raises: ValueError where the libraries differ."""
    if differ := differing():
        raise ValueError(f"the libraries differ: {', '.join(map(str, differ))}")
    official = [day for day in days(FIRST, LAST) if day in constants.holidays]
    made_up = [day for day in days(FIRST, LAST) if day in constants.workdays]
    return {
        "timezone": "Asia/Shanghai",
        "week": {day: HOURS for day in ("mon", "tue", "wed", "thu", "fri")},  # noqa: C420
        "holidays": [str(day) for day in (*official, *statutory(COMING))],
        "special_days": {str(day): HOURS for day in made_up},
        "provisional_from": f"{COMING}-01-01",
    }


def text() -> str:
    """The file: one line for each year of holidays, one for each weekday and each make-up day."""
    content = calendar()
    years = {day[:4]: [one for one in content["holidays"] if one[:4] == day[:4]] for day in content["holidays"]}
    lines = [
        "{",
        f' "timezone": {_json(content["timezone"])},',
        ' "week": {\n' + ",\n".join(f"  {_json(day)}: {_json(HOURS)}" for day in content["week"]) + "\n },",
        ' "holidays": [\n' + ",\n".join("  " + _json(of)[1:-1] for of in years.values()) + "\n ],",
        ' "special_days": {\n'
        + ",\n".join(f"  {_json(day)}: {_json(of)}" for day, of in content["special_days"].items())
        + "\n },",
        f' "provisional_from": {_json(content["provisional_from"])}',
        "}",
    ]
    return "\n".join(lines) + "\n"


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
