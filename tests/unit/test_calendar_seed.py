"""The calendar of a new deployment is what two libraries agree on, and says where their knowledge ends."""

from datetime import date

import chinese_calendar
import holidays
import msgspec
import pytest

from services.administration.stage import STAGE
from shared.clocks.calendar import Calendar
from shared.events.policy import CalendarContent
from shared.rules.calendars import faults_of
from tests.calendars import seed

assert STAGE.seed is not None
CONTENT = msgspec.json.decode((STAGE.seed / "calendar.json").read_bytes(), type=CalendarContent)
CALENDAR = Calendar.of(CONTENT)


def test_the_file_is_what_the_libraries_say() -> None:
    assert seed.FILE.read_text(encoding="utf-8") == seed.text(), "run python -m tests.calendars.seed"
    assert list(faults_of(CONTENT)) == []


@pytest.mark.parametrize("year", range(seed.FIRST, seed.LAST + 1))
def test_every_day_of_the_official_years_agrees_with_both_libraries(year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    for day in seed.days(year, year):
        assert CALENDAR.is_working_day(day) is chinese_calendar.is_workday(day) is other.is_working_day(day), day


def test_2026_has_248_working_days_and_six_of_them_make_up_for_holidays() -> None:
    working = [day for day in seed.days(2026, 2026) if CALENDAR.is_working_day(day)]
    assert len(working) == 248
    made_up = [f"{day:%m-%d}" for day in working if day.weekday() > 4]
    assert made_up == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert [day.day for day in seed.days(2026, 2026) if day.month == 10 and day.day < 9 and day not in working] == [
        *range(1, 8)
    ]


def test_what_no_notice_has_told_is_provisional_and_has_the_statutory_days_alone() -> None:
    assert CONTENT.provisional_from == date(2027, 1, 1)
    assert [f"{day:%m-%d}" for day in CONTENT.holidays if day.year == 2027] == [
        *("01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15"),
        *("10-01", "10-02", "10-03"),
    ]
    assert max(CONTENT.special_days) < CONTENT.provisional_from
    assert max(CONTENT.holidays).year == 2027


def test_libraries_that_differ_give_no_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chinese_calendar, "is_workday", lambda day: day != date(2026, 7, 1) and day.weekday() < 5)
    with pytest.raises(ValueError, match="2026-07-01"):
        seed.calendar()
