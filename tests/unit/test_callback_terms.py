"""When a call-back is due, counted in the days and months of the company, and what a score means."""

from datetime import UTC, date, datetime

import pytest

from shared.clocks.calendar import Calendar
from shared.clocks.callbacks import due_after, months_later, result_of
from shared.clocks.clock import COMPANY_ZONE
from shared.clocks.default_week import DEFAULT_WEEK
from shared.events.policy import CalendarContent, CallbackTerm

A_WEEK, A_MONTH = CallbackTerm(days=7, window=[-2, 2]), CallbackTerm(months=1, window=[-5, 5])
HOURS = [["08:30", "12:00"], ["13:00", "17:30"]]
WEEK = Calendar.of(DEFAULT_WEEK)
NATIONAL_DAY = Calendar.of(
    CalendarContent(
        timezone="Asia/Shanghai",
        week=DEFAULT_WEEK.week,
        holidays=[date(2026, 10, day) for day in range(1, 8)],
        special_days={date(2026, 2, 28): HOURS, date(2026, 10, 10): HOURS},
    )
)


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=COMPANY_ZONE)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("verified_at", "term", "due_at"),
    [
        (local(2026, 11, 23, 12), CallbackTerm(days=7, window=[-2, 2]), local(2026, 11, 30, 12)),
        (local(2026, 11, 23, 12), CallbackTerm(months=1, window=[-5, 5]), local(2026, 12, 23, 12)),
        (local(2026, 12, 31, 9), CallbackTerm(months=1, window=[-5, 5]), local(2027, 2, 1, 9)),
        (local(2027, 1, 31, 0, 30), CallbackTerm(months=1, window=[-5, 5]), local(2027, 3, 1, 0, 30)),
        (local(2028, 1, 31, 23), CallbackTerm(months=1, window=[-5, 5]), local(2028, 2, 29, 23)),
        (local(2026, 11, 30, 8), CallbackTerm(months=3, window=[0, 0]), local(2027, 3, 1, 8)),
    ],
)
def test_a_call_back_is_due_at_the_same_time_of_a_day_that_is_worked(
    verified_at: datetime, term: CallbackTerm, due_at: datetime
) -> None:
    """31 January and 28 February 2027 are Sundays."""
    assert due_after(verified_at.astimezone(UTC), term, WEEK) == due_at


@pytest.mark.proves("R-2.5.1-a")
@pytest.mark.parametrize(
    ("verified_at", "term", "due_at"),
    [
        (local(2026, 9, 24, 12), A_WEEK, local(2026, 10, 8, 12)),
        (local(2026, 9, 30, 12), A_WEEK, local(2026, 10, 8, 12)),
        (local(2026, 10, 1, 12), A_WEEK, local(2026, 10, 8, 12)),
        (local(2026, 9, 3, 12), A_MONTH, local(2026, 10, 8, 12)),
        (local(2026, 9, 10, 23, 59), A_MONTH, local(2026, 10, 10, 23, 59)),
        (local(2026, 10, 4, 12), A_WEEK, local(2026, 10, 12, 12)),
    ],
    ids=["first holiday", "last holiday", "day after", "month into holidays", "make-up Saturday", "Sunday"],
)
def test_a_call_back_keeps_clear_of_holidays_and_knows_days_that_are_made_up_for(
    verified_at: datetime, term: CallbackTerm, due_at: datetime
) -> None:
    """1 to 7 October 2026 are off, Saturday the 10th is worked, Sunday the 11th is not."""
    assert due_after(verified_at, term, NATIONAL_DAY) == due_at


def test_the_day_of_a_month_is_that_of_the_company() -> None:
    late_in_utc = datetime(2026, 1, 30, 17, tzinfo=UTC)
    due_at = due_after(late_in_utc, CallbackTerm(months=1, window=[0, 0]), NATIONAL_DAY)
    assert due_at == datetime(2026, 2, 27, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 23), 120, date(2036, 11, 23)),
        (date(2028, 2, 29), 120, date(2038, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_are_clipped_to_the_end_of_the_month(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then


@pytest.mark.parametrize(
    ("score", "result"),
    [(1, "DISSATISFIED"), (2, "DISSATISFIED"), (3, "ACCEPTABLE"), (4, "SATISFIED"), (5, "SATISFIED")],
)
def test_a_score_has_a_meaning(score: int, result: str) -> None:
    assert result_of(score) == result
