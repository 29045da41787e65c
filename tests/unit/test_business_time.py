"""Business time over the holidays of 2026: the examples that everybody can check on a wall calendar."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from shared.clocks.calendar import Calendar, NeverOpen
from shared.clocks.default_week import DEFAULT_WEEK
from shared.events.policy import CalendarContent

HOURS = [["08:30", "12:00"], ["13:00", "17:30"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS)
NATIONAL_DAY = msgspec.convert(
    {
        "timezone": "Asia/Shanghai",
        "week": WEEK,
        "holidays": [f"2026-10-0{day}" for day in range(1, 8)],
        "special_days": {"2026-09-20": HOURS, "2026-10-10": HOURS},
        "provisional_from": "2027-01-01",
    },
    CalendarContent,
)
CALENDAR = Calendar.of(NATIONAL_DAY)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-09-30T16:30", 4, "2026-10-08T11:30"),
        ("2026-10-09T15:30", 8, "2026-10-10T15:30"),
        ("2026-10-03T10:00", 0, "2026-10-08T08:30"),
    ],
)
def test_business_hours_leap_over_holidays_and_count_make_up_days(start: str, hours: int, due: str) -> None:
    assert CALENDAR.due(shanghai(start), hours * 3600) == shanghai(due)


def test_what_ends_at_closing_time_is_due_then_and_not_at_the_next_opening() -> None:
    assert CALENDAR.due(shanghai("2026-09-30T16:30"), 3600) == shanghai("2026-09-30T17:30")
    assert CALENDAR.due(shanghai("2026-09-30T16:30"), 3601) == shanghai("2026-10-08T08:30:01")


def test_open_until_just_before_closing() -> None:
    opening, closing = shanghai("2026-10-10T08:30"), shanghai("2026-10-10T12:00")
    assert CALENDAR.is_open(opening)
    assert CALENDAR.is_open(closing - timedelta(seconds=1))
    assert not CALENDAR.is_open(closing)
    assert not CALENDAR.is_open(opening - timedelta(seconds=1))


def test_make_up_days_are_working_days_and_holidays_are_not() -> None:
    working = [day for day in range(1, 13) if CALENDAR.is_working_day(date(2026, 10, day))]
    assert working == [8, 9, 10, 12]
    assert CALENDAR.next_working_day(date(2026, 10, 1)) == date(2026, 10, 8)
    assert CALENDAR.next_working_day(date(2026, 10, 10)) == date(2026, 10, 10)
    assert CALENDAR.working_days_between(shanghai("2026-09-30T23:59"), shanghai("2026-10-12T00:00")) == 4


def test_days_without_an_official_notice_are_provisional() -> None:
    start = shanghai("2026-12-30T09:00")
    assert not CALENDAR.is_provisional(start, shanghai("2027-01-01T00:00"))
    assert CALENDAR.is_provisional(start, shanghai("2027-01-01T00:00:01"))
    assert Calendar.of(DEFAULT_WEEK).is_provisional(start, start)


def test_a_calendar_that_never_opens_says_so_at_once() -> None:
    closed = Calendar.of(CalendarContent(timezone="Asia/Shanghai", week={}))
    start = datetime(2026, 10, 1, tzinfo=UTC)
    assert not closed.is_ever_open
    assert closed.elapsed(start, start + timedelta(days=400)) == 0
    for ask in (closed.next_open, lambda at: closed.due(at, 1), lambda at: closed.due_backward(at, 0)):
        with pytest.raises(NeverOpen):
            ask(start)
