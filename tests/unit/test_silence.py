"""A customer who does not answer: asked often enough in time, and a supervisor decides."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from services.dispatch.decide_silence import asked_in_vain
from shared.clocks.calendar import Calendar
from shared.clocks.default_week import DEFAULT_WEEK
from shared.events.catalogue import decode
from tests.support.desk import codes
from tests.support.setbacks import message, unsigned
from tests.support.visit import remote_verification
from tests.support.walking import Walk, resolved_from_afar, session, walk


async def asked(walked: Walk, *hours: float, trigger: str = "CONFIRM_REQUEST") -> None:
    """The customer was asked so many hours from noon."""
    for hour in hours:
        walked.until(hour)
        await walked.has_recorded("CustomerNotified", message(trigger))


@pytest.mark.parametrize(
    ("hours", "is_enough"),
    [
        ((28, 29, 30), True),
        ((28, 100, 360), True),
        ((28, 29), False),
        ((28, 29, 384), False),
        ((28, 29, 384, 385), False),
        ((28, 29, 384, 385, 386), True),
    ],
)
async def test_a_silent_customer_is_asked_three_times_in_ten_working_days(
    hours: tuple[float, ...], is_enough: bool
) -> None:
    walked = await resolved_from_afar()
    await asked(walked, *hours)
    answer = await walked.desk.send("VerifyService", unsigned(), to=walked.case_id, by="supervisor")
    if not is_enough:
        assert codes(answer) == {"unsigned": "S-GUARD"}
        return
    assert answer.body["state"] == "VERIFIED", answer.body
    assert decode((await walked.desk.events(walked.case_id))[-1]).requests == len(hours)


async def test_what_was_asked_before_the_last_session_counts_no_more() -> None:
    walked = await (await walk()).after("Classify")
    await asked(walked, 0.02)
    walked.until(0.5)
    await walked.has_recorded("RemoteSessionLogged", session("RESOLVED", 0.5))
    await asked(walked, 28, 29)
    answer = await walked.desk.send("VerifyService", unsigned(), to=walked.case_id, by="supervisor")
    assert codes(answer) == {"unsigned": "S-GUARD"}


async def test_messages_that_ask_for_something_else_are_no_requests_to_confirm() -> None:
    walked = await resolved_from_afar()
    await asked(walked, 28, 29, 30, trigger="PROGRESS")
    answer = await walked.desk.send("VerifyService", unsigned(), to=walked.case_id, by="supervisor")
    assert codes(answer) == {"unsigned": "S-GUARD"}


@pytest.mark.parametrize(
    ("by", "body", "told"),
    [
        ("specialist", unsigned(), {"unsigned": "A-ROLE"}),
        ("customer", unsigned(), {"unsigned": "A-ROLE"}),
        ("supervisor", remote_verification(), {"unsigned": "A-ROLE"}),
        ("supervisor", unsigned(reason=None), {"reason": "V-REQ"}),
        ("supervisor", unsigned(accepts_content=False), {"accepts_content": "V-FMT"}),
        (
            "supervisor",
            {**remote_verification(), **unsigned()},
            {"accepts_content": "V-FMT", "accepts_effect": "V-FMT", "confirmation": "V-FMT"},
        ),
    ],
)
@pytest.mark.proves("R-2.2.2-c")
async def test_only_a_supervisor_verifies_without_the_customers_word_and_only_that_way(
    by: str, body: dict[str, Any], told: dict[str, str]
) -> None:
    walked = await resolved_from_afar()
    await asked(walked, 28, 29, 30)
    answer = await walked.desk.send("VerifyService", body, to=walked.case_id, by=by)
    assert codes(answer) == told, answer.body


def test_a_holiday_is_no_day_on_which_a_customer_could_have_answered() -> None:
    asked = [datetime(2026, 11, day, 2, tzinfo=UTC) for day in (9, 10, 24)]
    assert [one.text for one in asked_in_vain(asked, Calendar.of(DEFAULT_WEEK))] == ["ask_first"]
    with_a_holiday = msgspec.structs.replace(DEFAULT_WEEK, holidays=[date(2026, 11, 18)])
    assert list(asked_in_vain(asked, Calendar.of(with_a_holiday))) == []
