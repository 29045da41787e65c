"""Making good: remedies and second looks, the 8D record, parts that came back."""

from typing import Any

import pytest

from tests.support.desk import Desk, codes
from tests.support.past import VISIT, Fact, happened, triaged
from tests.support.samples import at

REMEDY = {
    "asked": "REMAKE",
    "granted": "REPAIR",
    "step": "FIRST",
    "reason": "缺陷可修复",
    "customer_informed_at": at(0),
    "accepted_by_customer": False,
}
USED: Fact = (
    "WorkPerformed",
    {
        "plan_version": 1,
        "started_at": at(-1),
        "ended_at": at(0),
        "safety_check": {"loto": True, "energy_zero": True, "secured": True},
        "key_steps": [],
        "parts": [{"part_no": "S3", "model": "S", "name": "滑块", "qty": 1, "unit": "件", "old_part": "RETURN"}],
        "no_parameters": True,
        "people": ["technician"],
        "incident": False,
        "rule_breach": False,
    },
)
ANALYSIS = {"part_no": "S3", "received_at": at(0), "finding": "封胶面磨损 0.08", "cause": "WEAR"}


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    await desk.send("AddUser", {"user_name": "deputy", "roles": ["SUPERVISOR"]}, by="admin")
    return desk


async def case_with(desk: Desk, *facts: Fact, **changes: Any) -> str:
    case_id = await desk.register(**changes)
    await happened(desk, case_id, triaged(), *facts)
    return case_id


@pytest.mark.proves("B-09", "B-12")
async def test_a_remedy_is_decided_and_looked_at_again_by_another_person(desk: Desk) -> None:
    case_id = await case_with(desk, remedy_requested="重作模仁")
    assert (await desk.send("DecideRemedy", REMEDY, to=case_id, by="supervisor")).status == 201
    again = await desk.send("DecideRemedy", REMEDY, to=case_id, by="deputy")
    assert codes(again) == {"step": "S-GUARD"}
    second = REMEDY | {"step": "SECOND_LOOK", "accepted_by_customer": True}
    same = await desk.send("DecideRemedy", second, to=case_id, by="supervisor")
    assert (same.status, same.body["code"]) == (403, "A-SELF")
    assert (await desk.send("DecideRemedy", second, to=case_id, by="deputy")).status == 201


@pytest.mark.proves("B-11")
async def test_whoever_is_complained_about_does_not_decide(desk: Desk) -> None:
    case_id = await case_with(desk, case_kind="COMPLAINT", complained_about="supervisor")
    answer = await desk.send("DecideRemedy", REMEDY, to=case_id, by="supervisor")
    assert (answer.status, answer.body["code"]) == (403, "A-SELF")
    assert (await desk.send("DecideRemedy", REMEDY, to=case_id, by="deputy")).status == 201


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"granted": "DAMAGES"}, {"amount_fen": "V-REQ"}),
        ({"amount_fen": 100}, {"amount_fen": "V-FMT"}),
        ({"step": "SECOND_LOOK", "granted": "NONE"}, {"external_remedies": "V-REQ"}),
        ({"step": "SECOND_LOOK"}, {"step": "S-GUARD"}),
        ({"customer_informed_at": at(9)}, {"customer_informed_at": "V-TIME"}),
        ({"granted": "FLOWERS"}, {"granted": "V-ENUM"}),
    ],
)
async def test_a_fault_of_a_remedy_is_named(desk: Desk, changes: dict[str, Any], told: dict[str, str]) -> None:
    case_id = await case_with(desk, remedy_requested="重作模仁")
    assert codes(await desk.send("DecideRemedy", REMEDY | changes, to=case_id, by="supervisor")) == told


async def test_nobody_decides_on_a_remedy_that_nobody_asked_for(desk: Desk) -> None:
    case_id = await case_with(desk)
    assert (await desk.send("DecideRemedy", REMEDY, to=case_id, by="supervisor")).body["code"] == "S-GUARD"


@pytest.mark.proves("B-14")
async def test_steps_of_the_8d_record_are_kept_once_each(desk: Desk) -> None:
    case_id = await case_with(desk)
    for step in (4, 3, 4):
        body = {"d": step, "text": "先全检隔离", "due_at": at(24)}
        assert (await desk.send("RecordDiscipline", body, to=case_id, by="quality")).status == 201
    state = (await desk.aggregates.refresh(f"evt.case.{case_id}")).state
    assert state.followup.disciplines == (3, 4)
    wrong = await desk.send("RecordDiscipline", {"d": 2, "text": "组队", "due_at": at(24)}, to=case_id, by="engineer")
    assert codes(wrong) == {"d": "V-RANGE"}


@pytest.mark.proves("B-15")
async def test_a_part_that_was_to_come_back_is_analysed(desk: Desk) -> None:
    case_id = await case_with(desk, *VISIT[:5], USED)
    assert (await desk.send("AnalyseReturnedPart", ANALYSIS, to=case_id, by="engineer")).status == 201
    other = await desk.send("AnalyseReturnedPart", ANALYSIS | {"part_no": "X"}, to=case_id, by="engineer")
    assert codes(other) == {"part_no": "S-GUARD"}
    untraceable = await desk.send("AnalyseReturnedPart", ANALYSIS | {"cause": "NTF"}, to=case_id, by="engineer")
    assert codes(untraceable) == {"ntf_criteria": "V-REQ"}


async def test_of_the_departments_only_quality_records(desk: Desk) -> None:
    await desk.send("AddUser", {"user_name": "store", "roles": ["DEPT"], "dept": "STORE"}, by="admin")
    case_id = await case_with(desk)
    body = {"d": 3, "text": "隔离", "due_at": at(24)}
    assert (await desk.send("RecordDiscipline", body, to=case_id, by="store")).body["code"] == "A-ROLE"
