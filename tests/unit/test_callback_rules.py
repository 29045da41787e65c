"""Call-backs and closing: the points a case needs, who calls, what a score means, and when a case is over."""

from typing import Any

import msgspec
import pytest

from shared.case.state import Case
from shared.clocks.callbacks import points_of
from tests.support.desk import Desk, codes
from tests.support.past import EVALUATED, REMOTE, VISIT, Fact, happened, triaged
from tests.support.samples import at
from tests.support.service import callback, schedule

KEPT: Fact = ("Archived", {"keeper": "specialist"})
URGENT = {"urgency": "URGENT", "urgency_basis": ["DELIVERY"]}


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


async def verified(desk: Desk, *facts: Fact, **changes: Any) -> str:
    case_id = await desk.register()
    await happened(desk, case_id, triaged(**changes), *facts)
    return case_id


async def archived(desk: Desk, *facts: Fact, points: tuple[str, ...] = ("D7",), **changes: Any) -> str:
    """An archived case with these call-backs scheduled."""
    case_id = await verified(desk, *facts, *EVALUATED, KEPT, **changes)
    await happened(desk, case_id, *(("CallbackScheduled", schedule(point)) for point in points))
    return case_id


async def case_of(desk: Desk, case_id: str) -> Case:
    state: Case = (await desk.aggregates.get(f"evt.case.{case_id}")).state
    return state


@pytest.mark.parametrize(
    ("facts", "changes", "points"),
    [(REMOTE, {}, ["D7"]), (REMOTE, URGENT, ["D7", "M1"]), (VISIT, {}, ["D7", "M1"]), (VISIT, URGENT, ["D7", "M1"])],
)
@pytest.mark.proves("R-2.5.1-a")
async def test_a_visit_or_an_urgent_case_is_called_back_after_a_month_too(
    desk: Desk, facts: tuple[Fact, ...], changes: dict[str, Any], points: list[str]
) -> None:
    case_id = await verified(desk, *facts, **changes)
    assert points_of(await case_of(desk, case_id)) == tuple(points)


async def test_a_point_is_scheduled_once_by_the_system(desk: Desk) -> None:
    case_id = await verified(desk, *REMOTE)
    first = await desk.send("ScheduleCallback", schedule(), to=case_id, by="system")
    assert (first.status, first.body["state"]) == (201, "VERIFIED")
    again = await desk.send("ScheduleCallback", schedule(days=8), to=case_id, by="system")
    assert (again.status, again.body) == (200, first.body)
    assert (await desk.types(case_id)).count("CallbackScheduled") == 1
    assert (await desk.send("ScheduleCallback", schedule("M1"), to=case_id, by="specialist")).body["code"] == "A-ROLE"


async def test_a_point_of_a_closed_case_stands_already(desk: Desk) -> None:
    case_id = await archived(desk, *REMOTE)
    await happened(desk, case_id, ("CallbackDone", callback(result="SATISFIED")), ("CaseClosed", {}))
    assert (await desk.send("ScheduleCallback", schedule(), to=case_id, by="system")).status == 200


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"point": "Y1"}, "point", "V-ENUM"),
        ({"due_at": None}, "due_at", "V-REQ"),
        ({"window_from": at(7 * 24 + 1)}, "window_from", "V-TIME"),
        ({"window_to": at(7 * 24 - 1)}, "window_to", "V-TIME"),
    ],
)
async def test_a_fault_of_a_schedule_is_named(desk: Desk, changes: dict[str, Any], field: str, code: str) -> None:
    case_id = await verified(desk, *REMOTE)
    answer = await desk.send("ScheduleCallback", schedule(**changes), to=case_id, by="system")
    assert (answer.status, codes(answer)) == (422, {field: code})


async def test_nothing_is_scheduled_before_the_customer_confirmed(desk: Desk) -> None:
    case_id = await verified(desk, REMOTE[0])
    assert (await desk.send("ScheduleCallback", schedule(), to=case_id, by="system")).body["code"] == "S-STATE"


@pytest.mark.parametrize(("score", "result"), [(5, "SATISFIED"), (3, "ACCEPTABLE"), (1, "DISSATISFIED")])
async def test_a_call_back_keeps_the_state_and_fills_its_result(desk: Desk, score: int, result: str) -> None:
    case_id = await archived(desk, *REMOTE)
    answer = await desk.send("CompleteCallback", callback(final_satisfaction=score), to=case_id)
    assert (answer.status, answer.body["state"]) == (201, "ARCHIVED")
    assert (await case_of(desk, case_id)).followup.callbacks[0].result == result


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"point": "Y1"}, "point", "V-ENUM"),
        ({"method": "PIGEON"}, "method", "V-ENUM"),
        ({"respondent": None}, "respondent", "V-REQ"),
        ({"final_satisfaction": 0}, "final_satisfaction", "V-RANGE"),
        ({"final_satisfaction": 6}, "final_satisfaction", "V-RANGE"),
        ({"shots_since": -1}, "shots_since", "V-RANGE"),
        ({"recurrence": "no"}, "recurrence", "V-FMT"),
        ({"result": "SATISFIED"}, "result", "V-FMT"),
        ({"done_at": at(1), "at": at(0)}, "done_at", "V-TIME"),
        ({"done_at": at(-1)}, "done_at", "V-TIME"),
    ],
)
@pytest.mark.proves("R-2.5.1-b")
async def test_a_fault_of_a_call_back_is_named(desk: Desk, changes: dict[str, Any], field: str, code: str) -> None:
    case_id = await archived(desk, *REMOTE)
    answer = await desk.send("CompleteCallback", callback(**changes), to=case_id)
    assert (answer.status, codes(answer)) == (422, {field: code})


async def test_a_point_is_made_once_and_only_if_it_was_scheduled(desk: Desk) -> None:
    case_id = await archived(desk, *REMOTE)
    assert (await desk.send("CompleteCallback", callback(), to=case_id)).status == 201
    again = await desk.send("CompleteCallback", callback(), to=case_id)
    assert (again.status, codes(again)) == (409, {"point": "S-GUARD"})
    month = await desk.send("CompleteCallback", callback("M1"), to=case_id)
    assert (month.status, codes(month)) == (409, {"point": "S-GUARD"})


async def test_the_week_comes_before_the_month(desk: Desk) -> None:
    case_id = await archived(desk, *VISIT, points=("D7", "M1"))
    early = await desk.send("CompleteCallback", callback("M1"), to=case_id)
    assert (early.status, codes(early)) == (409, {"point": "S-GUARD"})
    desk.later(hours=2)
    assert (await desk.send("CompleteCallback", callback("D7", done_at=at(2)), to=case_id)).status == 201
    before = await desk.send("CompleteCallback", callback("M1", done_at=at(1)), to=case_id)
    assert codes(before) == {"done_at": "V-TIME"}
    assert (await desk.send("CompleteCallback", callback("M1", done_at=at(2)), to=case_id)).status == 201


@pytest.mark.proves("R-2.5.1-b")
async def test_whoever_served_does_not_call_back_and_hears_that_first(desk: Desk) -> None:
    await desk.send("GrantRole", {"roles": ["TECHNICIAN", "SPECIALIST"], "reason": "轮岗"}, to="technician", by="admin")
    case_id = await archived(desk, *VISIT, points=())
    answer = await desk.send("CompleteCallback", callback(), to=case_id, by="technician")
    assert (answer.status, codes(answer)) == (403, {"": "A-SELF"})
    far = await archived(desk, *REMOTE)
    assert (await desk.send("CompleteCallback", callback(), to=far, by="technician")).status == 201


@pytest.mark.parametrize("user", ["technician", "engineer", "sales", "quality", "auditor"])
async def test_only_the_desk_calls_back(desk: Desk, user: str) -> None:
    case_id = await archived(desk, *REMOTE)
    assert (await desk.send("CompleteCallback", callback(), to=case_id, by=user)).body["code"] == "A-ROLE"


async def test_a_case_is_over_after_its_last_call_back(desk: Desk) -> None:
    case_id = await archived(desk, *VISIT, points=("D7", "M1"))
    for point, left in (("D7", 2), ("M1", 1)):
        answer = await desk.send("CloseCase", {}, to=case_id)
        assert (answer.status, answer.body["code"], len(answer.body["errors"])) == (409, "S-GUARD", left)
        await desk.send("CompleteCallback", callback(point), to=case_id)
    answer = await desk.send("CloseCase", {}, to=case_id, by="system")
    assert (answer.status, answer.body["state"]) == (201, "CLOSED")


async def test_points_that_nobody_scheduled_keep_a_case_open(desk: Desk) -> None:
    case_id = await archived(desk, *VISIT, points=())
    answer = await desk.send("CloseCase", {}, to=case_id)
    assert answer.body["code"] == "S-GUARD"
    told = [error["message"] for error in answer.body["errors"]]
    assert ["D7" in told[0], "M1" in told[1], len(told)] == [True, True, 2]


async def test_a_dissatisfied_customer_keeps_a_case_open(desk: Desk) -> None:
    case_id = await archived(desk, *REMOTE)
    await desk.send("CompleteCallback", callback(final_satisfaction=2), to=case_id)
    answer = await desk.send("CloseCase", {}, to=case_id)
    assert (answer.status, codes(answer)) == (409, {"improvement_id": "S-GUARD"})
    assert "书面同意" in answer.body["detail"]


async def test_a_case_that_was_closed_by_a_person_is_closed_for_our_machinery(desk: Desk) -> None:
    case_id = await archived(desk, *REMOTE)
    await desk.send("CompleteCallback", callback(), to=case_id)
    first = await desk.send("CloseCase", {}, to=case_id)
    again = await desk.send("CloseCase", {}, to=case_id, by="system")
    assert (first.status, again.status, again.body) == (201, 200, first.body)
    assert (await desk.send("CloseCase", {}, to=case_id)).body["code"] == "S-STATE"


async def test_a_closed_case_shows_what_was_missed_and_left(desk: Desk) -> None:
    breach: Fact = ("SlaBreached", {"clock": "RESOLUTION", "due_at": at(-1), "policy_version": 1})
    issue = {"text": "备件到货后更换", "owner": "李工", "due_at": at(240)}
    report = {**EVALUATED[0][1], "no_open_issues": None, "open_issues": [issue]}
    case_id = await verified(desk, *REMOTE, breach, ("CompletionReportSubmitted", report), EVALUATED[1], KEPT)
    await happened(desk, case_id, ("CallbackScheduled", schedule()), ("CallbackDone", callback()))
    assert (await desk.send("CloseCase", {}, to=case_id)).status == 201
    fields = msgspec.json.decode((await desk.events(case_id))[-1].raw)
    assert fields == {"flags": ["BREACH_RESOLUTION", "OPEN_ISSUES"]}


@pytest.mark.parametrize("user", ["supervisor", "technician", "engineer", "auditor"])
async def test_who_closes_a_case(desk: Desk, user: str) -> None:
    case_id = await archived(desk, *REMOTE)
    assert (await desk.send("CloseCase", {}, to=case_id, by=user)).body["code"] == "A-ROLE"


async def test_a_case_that_is_not_archived_is_not_closed(desk: Desk) -> None:
    case_id = await verified(desk, *REMOTE)
    answer = await desk.send("CloseCase", {}, to=case_id)
    assert (answer.status, answer.body["code"]) == (409, "S-STATE")


@pytest.mark.proves("R-2.5.1-b")
async def test_nobody_is_tried_before_the_service_was_verified(desk: Desk) -> None:
    """Verified at noon; clocks of two machines may differ by five minutes."""
    case_id = await archived(desk, *REMOTE)
    body = {"point": "D7", "method": "PHONE", "result": "NO_ANSWER"}
    early = await desk.send("AttemptCallback", body | {"at": at(-0.1)}, to=case_id)
    assert (early.status, codes(early)) == (422, {"at": "V-TIME"})
    assert (await desk.send("AttemptCallback", body | {"at": at(-0.05)}, to=case_id)).status == 201
