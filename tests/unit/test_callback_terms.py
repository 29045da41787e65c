"""When a call-back is due, counted in the days and months of the company, and what a score means."""

from datetime import UTC, date, datetime

import pytest

from shared.clocks.callbacks import due_after, months_later, result_of
from shared.clocks.clock import COMPANY_ZONE
from shared.events.policy import CallbackTerm


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=COMPANY_ZONE)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("verified_at", "term", "due_at"),
    [
        (local(2026, 11, 23, 12), CallbackTerm(days=7, window=[-2, 2]), local(2026, 11, 30, 12)),
        (local(2026, 11, 23, 12), CallbackTerm(months=1, window=[-5, 5]), local(2026, 12, 23, 12)),
        (local(2026, 12, 31, 9), CallbackTerm(months=1, window=[-5, 5]), local(2027, 1, 31, 9)),
        (local(2027, 1, 31, 0, 30), CallbackTerm(months=1, window=[-5, 5]), local(2027, 2, 28, 0, 30)),
        (local(2028, 1, 31, 23), CallbackTerm(months=1, window=[-5, 5]), local(2028, 2, 29, 23)),
        (local(2026, 11, 30, 8), CallbackTerm(months=3, window=[0, 0]), local(2027, 2, 28, 8)),
    ],
)
def test_a_call_back_is_due_at_the_same_time_of_day(
    verified_at: datetime, term: CallbackTerm, due_at: datetime
) -> None:
    assert due_after(verified_at.astimezone(UTC), term) == due_at


def test_the_day_of_a_month_is_that_of_the_company() -> None:
    late_in_utc = datetime(2026, 1, 30, 17, tzinfo=UTC)
    assert due_after(late_in_utc, CallbackTerm(months=1, window=[0, 0])) == datetime(2026, 2, 27, 17, tzinfo=UTC)


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
