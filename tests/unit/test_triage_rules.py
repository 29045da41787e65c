"""What triage accepts: evidence looked at, codes that fit, urgency that is not talked down."""

import pytest

from tests.support.desk import Desk, codes
from tests.support.samples import UNKNOWN, at, classification, customer, mould


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


@pytest.mark.proves("R-2.1.3-b", "R-2.1.3-c")
async def test_a_classification_sets_the_state_and_keeps_the_vocabulary_version(desk: Desk) -> None:
    case_id = await desk.register()
    answer = await desk.send("Classify", classification(), to=case_id)
    assert (answer.status, answer.body["state"]) == (201, "TRIAGED")
    assert await desk.types(case_id) == ["FeedbackReceived", "Classified"]


async def test_a_second_classification_is_refused_by_the_state(desk: Desk) -> None:
    case_id = await desk.register()
    await desk.send("Classify", classification(), to=case_id)
    answer = await desk.send("Classify", classification(urgency="URGENT"), to=case_id)
    assert (answer.status, answer.body["code"]) == (409, "S-STATE")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"fault_code": None}, "fault_code", "V-REQ"),
        ({"fault_code": "I-ZZ-77"}, "fault_code", "V-ENUM"),
        ({"fault_code": "I-PQ-99"}, "fault_code", "V-ENUM"),
        ({"fault_code": "D-PQ-01"}, "fault_code", "V-REF"),
        ({"cause_code": "S-PQ-01"}, "cause_code", "V-REF"),
        ({"urgency": "SOON"}, "urgency", "V-ENUM"),
        ({"urgency_basis": []}, "urgency_basis", "V-REQ"),
        ({"none_available_reason": None}, "none_available_reason", "V-REQ"),
        ({"history_consulted": ["0000-00000"]}, "history_consulted[0]", "V-REF"),
        ({"mould_kind": "DIECAST"}, "mould_kind", "V-FMT"),
    ],
)
@pytest.mark.proves("R-2.1.3-a", "R-2.1.3-b", "R-2.1.3-c", "B-34")
async def test_a_fault_of_a_classification_is_named(
    desk: Desk, changes: dict[str, object], field: str, code: str
) -> None:
    case_id = await desk.register()
    answer = await desk.send("Classify", classification(**changes), to=case_id)
    assert answer.status == 422, answer.body
    assert codes(answer).get(field) == code, answer.body
    assert await desk.types(case_id) == ["FeedbackReceived"]


async def test_a_common_code_fits_every_kind_of_mould(desk: Desk) -> None:
    case_id = await desk.register(mould_kind="STAMPING")
    assert (await desk.send("Classify", classification(fault_code="C-MV-01"), to=case_id)).status == 201


@pytest.mark.proves("R-2.1.2-b")
async def test_a_case_without_model_and_order_number_is_not_classified(desk: Desk) -> None:
    case_id = await desk.register(mould_model=UNKNOWN, order_no=UNKNOWN, info_due_at=at(5))
    answer = await desk.send("Classify", classification(), to=case_id)
    assert (answer.status, codes(answer)) == (409, {"mould_model": "S-GUARD"})


async def test_what_is_still_unknown_is_given_with_the_classification(desk: Desk) -> None:
    case_id = await desk.register(scope=UNKNOWN, mould_kind=UNKNOWN, info_due_at=at(5))
    answer = await desk.send("Classify", classification(), to=case_id)
    assert codes(answer)["scope"] == "V-REQ"
    assert codes(answer)["mould_kind"] == "V-REQ"
    body = classification(scope="REPAIR", mould_kind="INJECTION")
    assert (await desk.send("Classify", body, to=case_id)).status == 201


@pytest.mark.proves("R-2.1.3-b")
async def test_a_stopped_line_is_never_minor_unless_a_supervisor_says_why(desk: Desk) -> None:
    case_id = await desk.register(production_status="LINE_DOWN")
    minor = classification(urgency="MINOR")
    assert codes(await desk.send("Classify", minor, to=case_id)) == {"urgency": "S-GUARD"}
    reasoned = {**minor, "override_reason": "备用模具已上机"}
    assert codes(await desk.send("Classify", reasoned, to=case_id)) == {"override_reason": "S-GUARD"}
    assert (await desk.send("Classify", reasoned, to=case_id, by="supervisor")).status == 201


@pytest.mark.proves("R-2.1.3-a")
async def test_a_drawing_must_be_in_the_list_of_the_linked_mould(desk: Desk) -> None:
    owner = (await desk.send("RegisterCustomer", customer())).body["id"]
    linked = (await desk.send("RegisterMould", mould(owner))).body["id"]
    case_id = await desk.register(mould_id=linked, customer_id=owner)
    wrong = classification(drawings_consulted=[{"doc_id": "D-117-01", "revision": "A"}])
    assert codes(await desk.send("Classify", wrong, to=case_id)) == {"drawings_consulted[0].doc_id": "V-REF"}
    right = classification(drawings_consulted=[{"doc_id": "D-117-01", "revision": "B"}], none_available_reason=None)
    assert (await desk.send("Classify", right, to=case_id)).status == 201


@pytest.mark.proves("R-1.2-b")
async def test_a_mould_delivered_after_the_fault_is_a_matter_of_production(desk: Desk) -> None:
    owner = (await desk.send("RegisterCustomer", customer())).body["id"]
    linked = (await desk.send("RegisterMould", mould(owner, delivery_date="2026-12-24"))).body["id"]
    case_id = await desk.register(mould_id=linked)
    assert codes(await desk.send("Classify", classification(), to=case_id)) == {"mould_id": "S-GUARD"}
