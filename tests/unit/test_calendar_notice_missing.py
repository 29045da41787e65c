"""The warning that official days are missing: when it begins, and that the log of a process has it."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from structlog.testing import capture_logs

from services.command_line.calendars import calendar_in_force, warn_of_missing_notice
from shared.clocks.calendar import Calendar
from shared.clocks.default_week import DEFAULT_WEEK
from shared.clocks.notice import unconfirmed_from
from tests.support import samples
from tests.support.desk import Desk


@pytest.mark.parametrize(
    ("now", "provisional_from", "told"),
    [
        ("2026-11-01T12:00+08:00", date(2027, 1, 1), None),
        ("2026-11-01T23:59:59+08:00", date(2027, 1, 1), None),
        ("2026-11-02T00:00+08:00", date(2027, 1, 1), date(2027, 1, 1)),
        ("2026-12-31T12:00+08:00", date(2027, 1, 1), date(2027, 1, 1)),
        ("2027-03-01T12:00+08:00", date(2027, 1, 1), date(2027, 3, 1)),
        ("2026-11-02T12:00+08:00", None, None),
    ],
)
def test_a_notice_is_missed_sixty_days_before(now: str, provisional_from: date | None, told: date | None) -> None:
    content = msgspec.structs.replace(DEFAULT_WEEK, provisional_from=provisional_from)
    assert unconfirmed_from(Calendar.of(content), datetime.fromisoformat(now)) == told


async def test_a_process_says_so_in_its_log_until_a_calendar_confirms_the_days() -> None:
    desk = Desk()
    await desk.open()
    with capture_logs() as told:
        await warn_of_missing_notice(desk.store)
    assert [(one["log_level"], one["calendar_version"]) for one in told] == [("warning", 0)]
    answer = await desk.send("PublishCalendar", samples.calendar(), to="company-calendar", by="supervisor")
    assert answer.status == 201
    with capture_logs() as told:
        await warn_of_missing_notice(desk.store)
    assert told == []
    found = await calendar_in_force(desk.store, datetime(2020, 1, 1, tzinfo=UTC))
    assert (found.version, found.newest, found.content) == (0, 1, DEFAULT_WEEK)
