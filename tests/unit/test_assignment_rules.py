"""Judging anew, with what counted before; and who answers for a case."""

from typing import Any

import pytest

from tests.support import samples
from tests.support.desk import Desk, codes


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    await made.open()
    return made


async def classified(desk: Desk, **changes: Any) -> str:
    """A case that was judged once."""
    case_id = await desk.register()
    answer = await desk.send("Classify", samples.classification(**changes), to=case_id)
    assert answer.status == 201, answer.body
    return case_id


def again(**changes: Any) -> dict[str, Any]:
    """The judgement of the samples once more, with a reason."""
    return samples.classification(**{"reason": "客户补充了照片", **changes})


@pytest.mark.proves("R-2.1.3-d")
async def test_a_judgement_is_changed_with_a_reason_and_keeps_what_counted_before(desk: Desk) -> None:
    case_id = await classified(desk, urgency="NORMAL", urgency_basis=["QUALITY"])
    answer = await desk.send("Reclassify", again(urgency="URGENT", problem_type="PRECISION"), to=case_id)
    assert (answer.status, answer.body["state"]) == (201, "TRIAGED")
    state = (await desk.aggregates.get(f"evt.case.{case_id}")).state
    assert (state.triage.urgency, state.triage.problem_type) == ("URGENT", "PRECISION")
    stored = await desk.stored(case_id, -1)
    assert stored["previous"] == {"urgency": "NORMAL", "problem_type": "FUNCTIONAL", "fault_code": "I-PQ-01"}


@pytest.mark.proves("R-2.1.3-d")
async def test_lowering_the_urgency_is_a_supervisors(desk: Desk) -> None:
    case_id = await classified(desk, urgency="URGENT")
    refused = await desk.send("Reclassify", again(urgency="NORMAL"), to=case_id)
    assert (refused.status, codes(refused)) == (403, {"urgency": "A-ROLE"})
    assert (await desk.send("Reclassify", again(urgency="NORMAL"), to=case_id, by="supervisor")).status == 201


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": None}, {"reason": "V-REQ"}),
        ({"fault_code": "D-PQ-01"}, {"fault_code": "V-REF"}),
        ({"urgency": "SOON"}, {"urgency": "V-ENUM"}),
        ({"previous": {}}, {"previous": "V-FMT"}),
        (
            {"drawings_consulted": None, "history_consulted": None, "none_available_reason": None},
            {"none_available_reason": "V-REQ"},
        ),
    ],
)
async def test_a_fault_of_a_second_judgement_is_named(
    desk: Desk, changes: dict[str, Any], told: dict[str, str]
) -> None:
    case_id = await classified(desk)
    body = {name: value for name, value in again(**changes).items() if value is not None}
    assert codes(await desk.send("Reclassify", body, to=case_id)) == told
    assert await desk.types(case_id) == ["FeedbackReceived", "Classified"]


async def test_nothing_is_judged_anew_before_it_was_judged(desk: Desk) -> None:
    case_id = await desk.register()
    assert (await desk.send("Reclassify", again(), to=case_id)).body["code"] == "S-STATE"


def handing_over(**changes: Any) -> dict[str, Any]:
    return {"from_person": "specialist", "to_person": "supervisor", "reason": "专员休假", **changes}


@pytest.mark.proves("B-18")
async def test_a_case_goes_to_another_owner(desk: Desk) -> None:
    case_id = await desk.register()
    assert (await desk.send("ReassignCase", handing_over(), to=case_id, by="supervisor")).status == 201
    assert (await desk.aggregates.get(f"evt.case.{case_id}")).state.intake.owner == "supervisor"
    stale = await desk.send("ReassignCase", handing_over(), to=case_id, by="supervisor")
    assert (stale.status, codes(stale)) == (409, {"from_person": "C-VER"})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"to_person": "specialist"}, {"to_person": "V-DUP"}),
        ({"to_person": "nobody"}, {"to_person": "V-REF"}),
        ({"to_person": "technician"}, {"to_person": "S-GUARD"}),
        ({"reason": ""}, {"reason": "V-REQ"}),
    ],
)
async def test_a_fault_of_a_new_owner_is_named(desk: Desk, changes: dict[str, Any], told: dict[str, str]) -> None:
    case_id = await desk.register()
    assert codes(await desk.send("ReassignCase", handing_over(**changes), to=case_id, by="supervisor")) == told


async def test_only_a_supervisor_changes_the_owner(desk: Desk) -> None:
    case_id = await desk.register()
    assert (await desk.send("ReassignCase", handing_over(), to=case_id)).body["code"] == "A-ROLE"


async def test_a_disabled_owner_answers_for_nothing(desk: Desk) -> None:
    case_id = await desk.register()
    await desk.send("AddUser", {"user_name": "lin", "roles": ["SPECIALIST"]}, by="admin")
    await desk.send("DisableUser", {"reason": "离职"}, to="lin", by="admin")
    answer = await desk.send("ReassignCase", handing_over(to_person="lin"), to=case_id, by="supervisor")
    assert codes(answer) == {"to_person": "S-GUARD"}
