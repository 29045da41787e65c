"""A case that comes back: until when, under which rules, and what is owed again in the new cycle."""

from typing import Any

import pytest

from shared.case.state import Case
from tests.support.desk import Desk, codes
from tests.support.past import EVALUATED, REMOTE, VISIT, Fact, happened, triaged
from tests.support.samples import acknowledgement
from tests.support.service import callback, schedule, session

ARCHIVED: Fact = ("Archived", {"keeper": "specialist"})
D7: Fact = ("CallbackScheduled", schedule())
DAY = 24


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


async def case_with(desk: Desk, *facts: Fact) -> str:
    case_id = await desk.register()
    await happened(desk, case_id, triaged(), *facts)
    return case_id


async def state(desk: Desk, case_id: str) -> Case:
    found: Case = (await desk.aggregates.refresh(f"evt.case.{case_id}")).state
    return found


def back(**changes: Any) -> dict[str, Any]:
    return {"trigger": "CUSTOMER", "reason": "同样的飞边又出现", **changes}


@pytest.mark.proves("R-2.5.1-b")
async def test_a_case_that_comes_back_begins_a_new_cycle_with_what_is_owed_again(desk: Desk) -> None:
    case_id = await case_with(desk, *VISIT, *EVALUATED, ARCHIVED, D7)
    await desk.send("CompleteCallback", callback(final_satisfaction=1), to=case_id)
    answer = await desk.send("ReopenCase", back(trigger="CALLBACK"), to=case_id)
    assert (answer.status, answer.body["state"]) == (201, "DIAGNOSING")
    case = await state(desk, case_id)
    assert (case.cycle, case.intake.acknowledged_at, case.dispatch.verification) == (2, None, None)
    assert case.dispatch.first_verified_at is not None
    assert (case.followup.callbacks, [one.score for one in case.followup.past_callbacks]) == ((), [1])
    assert (await desk.events(case_id))[-1].meta.cycle == 2
    assert (await desk.stored(case_id, -1))["policy_version"] == 1


async def test_the_new_cycle_goes_its_own_way_to_the_end(desk: Desk) -> None:
    case_id = await case_with(desk, *REMOTE, *EVALUATED, ARCHIVED)
    await desk.send("ReopenCase", back(), to=case_id)
    again = acknowledgement()
    assert (await desk.send("AcknowledgeCase", again, to=case_id)).status == 201
    assert (await desk.send("LogRemoteSession", session(), to=case_id)).body["state"] == "REMOTE_RESOLVED"
    assert {one.meta.cycle for one in (await desk.events(case_id))[-2:]} == {2}


@pytest.mark.parametrize(("days", "status"), [(90, 201), (91, 409)])
async def test_a_closed_case_comes_back_for_ninety_days(desk: Desk, days: int, status: int) -> None:
    case_id = await case_with(desk, *REMOTE, *EVALUATED, ARCHIVED, ("CaseClosed", {}))
    desk.later(days=days)
    assert (await desk.send("ReopenCase", back(), to=case_id)).status == status


@pytest.mark.parametrize(("days", "status"), [(30, 201), (31, 409)])
async def test_a_case_cancelled_in_error_comes_back_for_thirty_days(desk: Desk, days: int, status: int) -> None:
    case_id = await case_with(desk, ("CaseCancelled", {"reason": "TEST"}))
    desk.later(days=days)
    body = back(trigger="CANCELLED_IN_ERROR")
    answer = await desk.send("ReopenCase", body, to=case_id, by="supervisor")
    assert answer.status == status
    if status == 201:
        assert answer.body["state"] == "RECEIVED"


@pytest.mark.parametrize(
    ("body", "by", "status", "told"),
    [
        (back(trigger="CANCELLED_IN_ERROR"), "specialist", 403, ""),
        (back(trigger="CUSTOMER"), "supervisor", 409, ""),
        (back(trigger="MOOD"), "supervisor", 422, "trigger"),
        ({"trigger": "CANCELLED_IN_ERROR"}, "supervisor", 422, "reason"),
        (back(trigger="CANCELLED_IN_ERROR", policy_version=1), "supervisor", 422, "policy_version"),
    ],
)
async def test_a_fault_of_reopening_is_named(desk: Desk, body: dict[str, Any], by: str, status: int, told: str) -> None:
    case_id = await case_with(desk, ("CaseCancelled", {"reason": "TEST"}))
    answer = await desk.send("ReopenCase", body, to=case_id, by=by)
    assert (answer.status, next(iter(codes(answer)))) == (status, told)


async def test_a_case_that_is_under_way_is_not_reopened(desk: Desk) -> None:
    case_id = await case_with(desk)
    assert (await desk.send("ReopenCase", back(), to=case_id)).body["code"] == "S-STATE"


async def tried(desk: Desk, case_id: str, *attempts: tuple[float, str]) -> None:
    """Attempts at these days from now, by these methods."""
    for days, method in attempts:
        desk.later(days=days)
        body = {"point": "D7", "method": method, "result": "NO_ANSWER"}
        answer = await desk.send("AttemptCallback", body, to=case_id)
        assert answer.status == 201, answer.body


@pytest.mark.parametrize(
    ("attempts", "status"),
    [
        (((0, "PHONE"), (1, "PHONE"), (0, "EMAIL")), 201),
        (((0, "PHONE"), (1, "EMAIL")), 409),
        (((0, "PHONE"), (0, "EMAIL"), (0, "IM")), 409),
        (((0, "PHONE"), (1, "PHONE"), (1, "PHONE")), 409),
    ],
)
@pytest.mark.proves("R-2.5.1-b")
async def test_a_call_back_is_given_up_after_three_attempts_on_two_days_and_in_two_ways(
    desk: Desk, attempts: tuple[tuple[float, str], ...], status: int
) -> None:
    case_id = await case_with(desk, *REMOTE, *EVALUATED, ARCHIVED, D7)
    await tried(desk, case_id, *attempts)
    answer = await desk.send("GiveUpCallback", {"point": "D7"}, to=case_id)
    assert answer.status == status
    if status == 201:
        assert (await desk.stored(case_id, -1))["attempts"] == 3
        closed = await desk.send("CloseCase", {}, to=case_id, by="system")
        assert closed.body["state"] == "CLOSED"
        assert "UNREACHABLE" in (await desk.stored(case_id, -1))["flags"]


async def test_a_dissatisfied_customer_who_agreed_to_an_improvement_lets_a_case_close(desk: Desk) -> None:
    case_id = await case_with(desk, *REMOTE, *EVALUATED, ARCHIVED, D7)
    await desk.send("CompleteCallback", callback(final_satisfaction=2), to=case_id)
    consent = desk.evidence.keep("sha256:" + "e" * 64)
    assert codes(await desk.send("CloseCase", {}, to=case_id)) == {"improvement_id": "S-GUARD"}
    alone = await desk.send("CloseCase", {"consent_ref": consent}, to=case_id)
    assert codes(alone) == {"improvement_id": "V-REQ"}
    unknown = await desk.send("CloseCase", {"consent_ref": consent, "improvement_id": "im-none"}, to=case_id)
    assert codes(unknown) == {"improvement_id": "V-REF"}
