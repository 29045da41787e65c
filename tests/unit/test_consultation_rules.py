"""Consultation: asked of departments, held by two people of two of them, with minutes that say something."""

import pytest

from tests.support.desk import Desk, codes
from tests.support.past import happened, triaged
from tests.support.samples import acknowledgement, at, customer
from tests.support.service import consultation_request, minutes


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


async def a_case(desk: Desk, **changes: object) -> str:
    case_id = await desk.register()
    await happened(desk, case_id, triaged(**changes))
    return case_id


async def asked(desk: Desk) -> str:
    case_id = await a_case(desk)
    assert (await desk.send("RequestConsultation", consultation_request(), to=case_id)).status == 201
    return case_id


@pytest.mark.proves("R-2.2.1-a")
async def test_a_request_begins_the_diagnosis_and_minutes_answer_it(desk: Desk) -> None:
    case_id = await a_case(desk)
    answer = await desk.send("RequestConsultation", consultation_request(), to=case_id)
    assert (answer.status, answer.body["state"]) == (201, "DIAGNOSING")
    answer = await desk.send("HoldConsultation", minutes(), to=case_id, by="engineer")
    assert (answer.status, answer.body["state"]) == (201, "DIAGNOSING")
    assert (await desk.events(case_id))[-1].meta.occurred_at.isoformat() == at(0)


async def test_one_meeting_answers_every_open_question(desk: Desk) -> None:
    case_id = await asked(desk)
    await desk.send("RequestConsultation", consultation_request(), to=case_id, by="engineer")
    assert (await desk.send("HoldConsultation", minutes(), to=case_id, by="engineer")).status == 201
    answer = await desk.send("HoldConsultation", minutes(), to=case_id, by="engineer")
    assert (answer.status, codes(answer)) == (409, {"": "S-GUARD"})


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"question": None}, "question", "V-REQ"),
        ({"departments": []}, "departments", "V-REQ"),
        ({"departments": ["TECH", "TECH"]}, "departments[1]", "V-DUP"),
        ({"departments": ["GARDEN"]}, "departments[0]", "V-ENUM"),
        ({"needed_by": at(0)}, "needed_by", "V-TIME"),
        ({"needed_by": None}, "needed_by", "V-REQ"),
        ({"material": [{"file_ref": "sha256:" + "0" * 64, "name": "飞边.jpg"}]}, "material[0].file_ref", "V-FILE"),
    ],
)
@pytest.mark.proves("R-2.2.1-a")
async def test_a_fault_of_a_request_is_named(desk: Desk, changes: dict[str, object], field: str, code: str) -> None:
    case_id = await a_case(desk)
    answer = await desk.send("RequestConsultation", consultation_request(**changes), to=case_id)
    assert (answer.status, codes(answer)) == (422, {field: code})


TWICE = [{"person_id": "engineer", "dept": "TECH"}, {"person_id": "production", "dept": "PRODUCTION"}] * 2
ALONE = [{"person_id": "engineer", "dept": "TECH"}]
ONE_ROOM = [{"person_id": "engineer", "dept": "TECH"}, {"person_id": "technician", "dept": "TECH"}]
WRONG_ROOM = [{"person_id": "engineer", "dept": "QUALITY"}, {"person_id": "production", "dept": "PRODUCTION"}]
STRANGER = [{"person_id": "nobody", "dept": "TECH"}, {"person_id": "production", "dept": "PRODUCTION"}]
CAUSE = {"category": "WEAR", "text": "磨损", "likelihood": "X"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"participants": TWICE}, {"participants[2].person_id": "V-DUP", "participants[3].person_id": "V-DUP"}),
        ({"participants": ALONE}, {"participants": "V-REQ"}),
        ({"participants": []}, {"participants": "V-REQ"}),
        ({"participants": ALONE * 2}, {"participants[1].person_id": "V-DUP"}),
        ({"participants": ONE_ROOM}, {"participants": "V-REQ"}),
        ({"participants": WRONG_ROOM}, {"participants[0].dept": "V-REF"}),
        ({"participants": STRANGER}, {"participants[0].person_id": "V-REF"}),
        ({"causes": []}, {"causes": "V-REQ"}),
        ({"causes": [CAUSE]}, {"causes[0].likelihood": "V-ENUM"}),
        ({"solutions": []}, {"solutions": "V-REQ"}),
        ({"resources": None}, {"resources": "V-REQ"}),
        ({"resources": []}, {"resources": "V-REQ"}),
        ({"no_resources": True}, {"no_resources": "V-FMT"}),
        ({"resources": [{"kind": "TOOL", "ref": "吊具", "qty": 0}]}, {"resources[0].qty": "V-RANGE"}),
        ({"recommended_route": "SOMEHOW"}, {"recommended_route": "V-ENUM"}),
        ({"held_at": at(1), "at": at(0)}, {"held_at": "V-TIME"}),
        ({"held_at": at(-1)}, {"held_at": "V-TIME"}),
        (
            {"causes": [], "solutions": [], "resources": [], "participants": ALONE},
            dict.fromkeys(("causes", "solutions", "resources", "participants"), "V-REQ"),
        ),
    ],
)
@pytest.mark.proves("R-2.2.1-b")
async def test_a_fault_of_minutes_is_named(desk: Desk, changes: dict[str, object], told: dict[str, str]) -> None:
    case_id = await asked(desk)
    answer = await desk.send("HoldConsultation", minutes(**changes), to=case_id, by="engineer")
    assert (answer.status, codes(answer)) == (422, told)


async def test_no_resources_are_stated(desk: Desk) -> None:
    case_id = await asked(desk)
    body = minutes(resources=None, no_resources=True)
    assert (await desk.send("HoldConsultation", body, to=case_id, by="engineer")).status == 201


async def test_a_customers_user_is_not_one_of_our_people(desk: Desk) -> None:
    owner = await desk.send("RegisterCustomer", customer())
    user = {"user_name": "guest", "roles": ["CUSTOMER"], "customer_id": owner.body["id"]}
    await desk.send("AddUser", user, by="admin")
    case_id = await asked(desk)
    both = [{"person_id": "guest", "dept": "TECH"}, {"person_id": "production", "dept": "PRODUCTION"}]
    answer = await desk.send("HoldConsultation", minutes(participants=both), to=case_id, by="engineer")
    assert codes(answer) == {"participants[0].person_id": "V-REF"}


async def test_an_urgent_case_is_answered_before_it_is_consulted_on(desk: Desk) -> None:
    case_id = await a_case(desk, urgency="URGENT", urgency_basis=["DELIVERY"])
    answer = await desk.send("RequestConsultation", consultation_request(), to=case_id)
    assert (answer.status, codes(answer)) == (409, {"": "S-GUARD"})
    await desk.send("AcknowledgeCase", acknowledgement(), to=case_id)
    assert (await desk.send("RequestConsultation", consultation_request(), to=case_id)).status == 201


async def test_a_case_that_is_not_classified_is_not_consulted_on(desk: Desk) -> None:
    case_id = await desk.register()
    answer = await desk.send("RequestConsultation", consultation_request(), to=case_id)
    assert (answer.status, answer.body["code"]) == (409, "S-STATE")


@pytest.mark.parametrize("user", ["specialist", "technician", "sales", "auditor", "quality"])
@pytest.mark.proves("R-2.2.1-b")
async def test_minutes_are_written_by_engineers(desk: Desk, user: str) -> None:
    case_id = await asked(desk)
    assert (await desk.send("HoldConsultation", minutes(), to=case_id, by=user)).body["code"] == "A-ROLE"
