"""Warranty: judged for a mould that is known, from shots that say whether they were read or estimated."""

import pytest

from shared.case.state import Case
from tests.support.desk import Desk, codes
from tests.support.samples import UNKNOWN, at, customer, mould
from tests.support.service import warranty


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


async def case_of(desk: Desk, case_id: str) -> Case:
    state: Case = (await desk.aggregates.get(f"evt.case.{case_id}")).state
    return state


async def test_the_warranty_of_a_mould_known_by_number_is_judged(desk: Desk) -> None:
    case_id = await desk.register()
    answer = await desk.send("AssessWarranty", warranty(), to=case_id)
    assert (answer.status, answer.body["state"]) == (201, "RECEIVED")
    judged = (await case_of(desk, case_id)).triage.warranty
    assert judged is not None
    assert (judged.verdict, judged.charge) == ("IN", "FREE")


async def test_a_later_judgement_takes_the_place_of_the_first(desk: Desk) -> None:
    case_id = await desk.register()
    await desk.send("AssessWarranty", warranty(), to=case_id)
    again = warranty(verdict="OUT_SHOTS", charge="COST", liability="CUSTOMER")
    assert (await desk.send("AssessWarranty", again, to=case_id)).status == 201
    assert (await case_of(desk, case_id)).triage.warranty.verdict == "OUT_SHOTS"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"verdict": "MAYBE"}, "verdict", "V-ENUM"),
        ({"charge": None}, "charge", "V-REQ"),
        ({"basis": None}, "basis", "V-REQ"),
        ({"shots_estimated": None}, "shots_estimated", "V-REQ"),
        ({"shots_read": -1}, "shots_read", "V-RANGE"),
        ({"mould_id": "no-such-mould"}, "mould_id", "V-REF"),
    ],
)
@pytest.mark.proves("B-03")
async def test_a_fault_of_an_assessment_is_named(desk: Desk, changes: dict[str, object], field: str, code: str) -> None:
    case_id = await desk.register()
    answer = await desk.send("AssessWarranty", warranty(**changes), to=case_id)
    assert (answer.status, codes(answer)) == (422, {field: code})


async def test_an_unknown_mould_has_no_warranty(desk: Desk) -> None:
    case_id = await desk.register(mould_no=UNKNOWN, info_due_at=at(5))
    answer = await desk.send("AssessWarranty", warranty(), to=case_id)
    assert (answer.status, codes(answer)) == (409, {"mould_id": "S-GUARD"})


@pytest.mark.proves("B-03")
async def test_a_linked_mould_is_kept_with_the_judgement_and_no_other_is_taken(desk: Desk) -> None:
    owner = (await desk.send("RegisterCustomer", customer())).body["id"]
    linked = (await desk.send("RegisterMould", mould(owner))).body["id"]
    other = (await desk.send("RegisterMould", mould(owner, mould_no="M-2024-0118"))).body["id"]
    case_id = await desk.register(mould_id=linked)
    assert codes(await desk.send("AssessWarranty", warranty(mould_id=other), to=case_id)) == {"mould_id": "V-REF"}
    assert (await desk.send("AssessWarranty", warranty(), to=case_id)).status == 201
    stored = (await desk.events(case_id))[-1]
    assert f'"mould_id":"{linked}"'.encode() in stored.payload
    assert f"mould.{linked}" in stored.meta.seen


async def test_a_mould_is_named_with_the_judgement_while_the_case_has_none(desk: Desk) -> None:
    owner = (await desk.send("RegisterCustomer", customer())).body["id"]
    found = (await desk.send("RegisterMould", mould(owner))).body["id"]
    case_id = await desk.register(mould_no=UNKNOWN, info_due_at=at(5))
    assert (await desk.send("AssessWarranty", warranty(mould_id=found), to=case_id)).status == 201


@pytest.mark.parametrize("user", ["engineer", "technician", "sales", "auditor", "admin", "quality"])
async def test_only_the_desk_judges_a_warranty(desk: Desk, user: str) -> None:
    case_id = await desk.register()
    assert (await desk.send("AssessWarranty", warranty(), to=case_id, by=user)).body["code"] == "A-ROLE"
