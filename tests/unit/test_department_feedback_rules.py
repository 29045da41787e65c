"""Feedback: a department is told something, and answers what was sent to itself, once."""

import pytest

from tests.support.desk import Desk, codes
from tests.support.past import happened, triaged
from tests.support.service import answer, feedback


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


@pytest.fixture
async def case_id(desk: Desk) -> str:
    case_id = await desk.register()
    await happened(desk, case_id, triaged())
    return case_id


async def sent(desk: Desk, case_id: str, department: str = "QUALITY") -> str:
    """The id of feedback that was sent."""
    told = await desk.send("SendDepartmentFeedback", feedback(to_department=department), to=case_id)
    assert told.status == 201, told.body
    return str(told.body["event"]["id"])


async def test_the_only_open_feedback_is_meant_when_none_is_named(desk: Desk, case_id: str) -> None:
    event_id = await sent(desk, case_id)
    await sent(desk, case_id, "TECH")
    reply = await desk.send("AcknowledgeDepartmentFeedback", answer(), to=case_id, by="quality")
    assert reply.status == 201, reply.body
    assert f'"feedback_event_id":"{event_id}"'.encode() in (await desk.events(case_id))[-1].payload


async def test_of_several_one_is_named_and_each_is_answered_once(desk: Desk, case_id: str) -> None:
    first, second = await sent(desk, case_id), await sent(desk, case_id)
    unnamed = await desk.send("AcknowledgeDepartmentFeedback", answer(), to=case_id, by="quality")
    assert (unnamed.status, codes(unnamed)) == (422, {"feedback_event_id": "V-REQ"})
    body = answer(feedback_event_id=second)
    assert (await desk.send("AcknowledgeDepartmentFeedback", body, to=case_id, by="quality")).status == 201
    again = await desk.send("AcknowledgeDepartmentFeedback", body, to=case_id, by="quality")
    assert (again.status, codes(again)) == (409, {"feedback_event_id": "S-GUARD"})
    assert (await desk.send("AcknowledgeDepartmentFeedback", answer(), to=case_id, by="quality")).status == 201
    none_left = await desk.send("AcknowledgeDepartmentFeedback", answer(), to=case_id, by="quality")
    assert (none_left.status, codes(none_left)) == (409, {"": "S-GUARD"})
    assert first != second


@pytest.mark.proves("R-2.4.2-b")
async def test_a_department_answers_only_what_was_sent_to_itself(desk: Desk, case_id: str) -> None:
    event_id = await sent(desk, case_id, "TECH")
    unnamed = await desk.send("AcknowledgeDepartmentFeedback", answer(), to=case_id, by="quality")
    assert (unnamed.status, codes(unnamed)) == (403, {"": "A-ROLE"})
    body = answer(feedback_event_id=event_id, reply=None)
    named = await desk.send("AcknowledgeDepartmentFeedback", body, to=case_id, by="quality")
    assert (named.status, codes(named)) == (403, {"feedback_event_id": "A-ROLE"})


@pytest.mark.proves("B-06")
async def test_what_a_customer_paid_goes_to_finance_by_the_desk_and_never_by_who_was_on_site(
    desk: Desk, case_id: str
) -> None:
    body = feedback(to_department="FINANCE", topic="OTHER", suggestion="报价单 Q-1 已付，银行流水号 20261125-7")
    told = await desk.send("SendDepartmentFeedback", body, to=case_id, by="technician")
    assert (told.status, codes(told)) == (403, {"": "A-ROLE"})
    told = await desk.send("SendDepartmentFeedback", body, to=case_id)
    assert told.status == 201, told.body
    named = answer(feedback_event_id=told.body["event"]["id"], reply="已核对到账")
    refused = await desk.send("AcknowledgeDepartmentFeedback", named, to=case_id, by="quality")
    assert (refused.status, codes(refused)) == (403, {"feedback_event_id": "A-ROLE"})
    checked = await desk.send("AcknowledgeDepartmentFeedback", named, to=case_id, by="finance")
    assert checked.status == 201, checked.body


@pytest.mark.parametrize("user", ["specialist", "supervisor", "engineer", "auditor"])
async def test_nobody_answers_for_a_department(desk: Desk, case_id: str, user: str) -> None:
    await sent(desk, case_id)
    told = await desk.send("AcknowledgeDepartmentFeedback", answer(), to=case_id, by=user)
    assert told.body["code"] == "A-ROLE"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"to_department": "GARDEN"}, "to_department", "V-ENUM"),
        ({"topic": "WEATHER"}, "topic", "V-ENUM"),
        ({"topic": None}, "topic", "V-REQ"),
        ({"customer_feedback": None, "suggestion": None}, "customer_feedback", "V-REQ"),
    ],
)
async def test_a_fault_of_feedback_is_named(
    desk: Desk, case_id: str, changes: dict[str, object], field: str, code: str
) -> None:
    told = await desk.send("SendDepartmentFeedback", feedback(**changes), to=case_id)
    assert (told.status, codes(told)) == (422, {field: code})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reply": None}, {"reply": "V-REQ"}),
        ({"feedback_event_id": "7"}, {"feedback_event_id": "V-FMT"}),
        ({"feedback_event_id": "4ce4347b-5ada-5f53-8897-27d1da4f60c1"}, {"feedback_event_id": "V-REF"}),
    ],
)
async def test_a_fault_of_an_answer_is_named(
    desk: Desk, case_id: str, changes: dict[str, object], told: dict[str, str]
) -> None:
    await sent(desk, case_id)
    reply = await desk.send("AcknowledgeDepartmentFeedback", answer(**changes), to=case_id, by="quality")
    assert (reply.status, codes(reply)) == (422, told)


async def test_nothing_is_told_before_the_case_is_classified(desk: Desk) -> None:
    case_id = await desk.register()
    assert (await desk.send("SendDepartmentFeedback", feedback(), to=case_id)).body["code"] == "S-STATE"
