"""A customer who does not answer: asked often enough in time, and a supervisor decides."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.dispatch.decide_silence import working_days
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


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [("23T01", "23T09", 0), ("23T01", "24T01", 1), ("27T09", "30T01", 1), ("28T01", "29T01", 0), ("22T15", "22T17", 1)],
)
def test_working_days_are_those_from_monday_to_friday_in_shanghai(first: str, last: str, days: int) -> None:
    begun, ended = (datetime.fromisoformat(f"2026-11-{one}:00:00").replace(tzinfo=UTC) for one in (first, last))
    assert working_days(begun, ended) == days
