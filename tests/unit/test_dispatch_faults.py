"""What dispatch refuses: one fault a row, with the exact fields and codes."""

from typing import Any

import pytest

from tests.support.desk import codes
from tests.support.samples import at
from tests.support.visit import STRANGE_ID, confirmation, items, part, signature
from tests.support.walking import walk, way_until

DONE = {"status": "DONE", "detail": "已核对"}
STEP = {"seq": 1, "plan_step": 1, "time": at(22), "operation": "清理"}
ISSUE = {"text": "换镶件", "owner": "technician", "due_at": at(200)}
NOBODY = "nobody-here"

ROWS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("RequestOnsite", {"reason": "BECAUSE"}, {"reason": "V-ENUM"}),
    ("RequestOnsite", {"reason": "INSTALL"}, {"waiver_reason": "V-REQ"}),
    ("RequestOnsite", {"reason": "REMOTE_FAILED"}, {"reason": "S-GUARD"}),
    ("RequestOnsite", {"expected_days": 0.4}, {"expected_days": "V-RANGE"}),
    ("RequestOnsite", {"people_needed": 21}, {"people_needed": "V-RANGE"}),
    ("RequestOnsite", {"zone": "C"}, {"zone": "V-FMT"}),
    ("RequestOnsite", {"justification": None, "zone": "X"}, {"justification": "V-REQ", "zone": "V-ENUM"}),
    ("ApproveOnsite", {"deferred_warranty_reason": None}, {"deferred_warranty_reason": "S-GUARD"}),
    ("ApproveOnsite", {"delegate_of": NOBODY}, {"delegate_of": "A-ROLE"}),
    ("ApproveOnsite", {"at": at(-1)}, {"at": "V-TIME"}),
    ("RejectOnsite", {"alternative": None}, {"alternative": "V-REQ"}),
    ("RejectOnsite", {"customer_informed_at": at(3)}, {"customer_informed_at": "V-TIME"}),
    ("RejectOnsite", {"customer_informed_at": at(-3)}, {"customer_informed_at": "V-TIME"}),
    ("ConfirmVisit", {"visit_at": at(0.8)}, {"visit_at": "V-TIME"}),
    ("ConfirmVisit", {"site_contact": {"name": "李建国"}}, {"site_contact.phone": "V-REQ"}),
    ("ConfirmVisit", {"specific_needs": None}, {"specific_needs": "V-REQ"}),
    ("ConfirmVisit", {"no_specific_needs": True}, {"no_specific_needs": "V-FMT"}),
    ("ConfirmVisit", {"confirmed_at": at(2)}, {"at": "V-TIME", "confirmed_at": "V-TIME"}),
    ("ReadSafetyRules", {"rules_ref": None}, {"rules_ref": "V-REQ"}),
    ("ReadSafetyRules", {"rules_source": "门岗公告"}, {"rules_source": "V-FMT"}),
    ("ReadSafetyRules", {"rules_ref": f"sha256:{'e' * 64}"}, {"rules_ref": "V-FILE"}),
    ("ReadSafetyRules", {"read_at": at(0.2)}, {"read_at": "V-TIME"}),
    ("ReadSafetyRules", {"read_at": at(5), "at": at(2)}, {"read_at": "V-TIME"}),
    ("PrepareService", {"technicians": []}, {"technicians": "V-REQ"}),
    ("PrepareService", {"technicians": ["technician", "technician"]}, {"technicians[1]": "V-DUP"}),
    ("PrepareService", {"technicians": [NOBODY]}, {"technicians[0]": "V-REF"}),
    ("PrepareService", {"technicians": ["technician", "colleague"]}, {"technicians[1]": "S-GUARD"}),
    ("PrepareService", {"items": items(TOOLS={})}, {"items": "S-GUARD"}),
    ("PrepareService", {"items": [*items(), {"item": "TOOLS", **DONE}]}, {"items[6].item": "V-DUP"}),
    ("PrepareService", {"items": items(TOOLS={**DONE, "status": "NOT_NEEDED"})}, {"items[1].reason": "V-REQ"}),
    ("PrepareService", {"items": items(DRAWINGS=DONE)}, {"drawings": "V-REQ"}),
    ("PrepareService", {"spares": None}, {"spares": "V-REQ"}),
    ("PrepareService", {"drawings": [{"doc_id": "D-1", "revision": "A"}]}, {"drawings": "V-FMT"}),
    ("PrepareService", {"spares": [part(old_part=None, qty=0)]}, {"spares[0].qty": "V-RANGE"}),
    ("PrepareService", {"spares": [part(old_part=None, qty=1.5)]}, {"spares[0].qty": "V-RANGE"}),
    ("PrepareService", {"safety_read": [STRANGE_ID]}, {"safety_read": "V-FMT"}),
    ("ArriveOnSite", {"people": []}, {"people": "V-REQ"}),
    ("ArriveOnSite", {"people": ["technician", "technician"]}, {"people[1]": "V-DUP"}),
    ("ArriveOnSite", {"arrived_at": at(0.4)}, {"arrived_at": "V-TIME"}),
    ("ArriveOnSite", {"arrived_at": at(21)}, {"at": "V-TIME", "arrived_at": "V-TIME"}),
    ("ArriveOnSite", {"people": ["technician", "engineer"]}, {"people[1]": "S-GUARD"}),
    ("ConfirmProblem", {"differs": True}, {"difference": "V-REQ"}),
    ("ConfirmProblem", {"fault_code": None}, {"fault_code": "V-REQ"}),
    ("ConfirmProblem", {"fault_code": "I-ZZ-77"}, {"fault_code": "V-ENUM"}),
    ("ConfirmProblem", {"fault_code": "I-PQ-99"}, {"fault_code": "V-ENUM"}),
    ("ConfirmProblem", {"fault_code": "S-PQ-01"}, {"fault_code": "V-REF"}),
    ("ConfirmProblem", {"met_with": {"name": "李建国"}}, {"met_with.title": "V-REQ"}),
    ("ProposePlan", {"steps": []}, {"steps": "V-REQ"}),
    ("ProposePlan", {"steps": [{"seq": 1, "text": "拆"}, {"seq": 1, "text": "装"}]}, {"steps[1].seq": "V-DUP"}),
    ("ProposePlan", {"consultation_ref": STRANGE_ID}, {"consultation_ref": "V-REF"}),
    ("ProposePlan", {"downtime_est_h": 0}, {"downtime_est_h": "V-RANGE"}),
    ("ProposePlan", {"plan_version": 1}, {"plan_version": "V-FMT"}),
    ("AgreePlan", {"plan_version": 2}, {"plan_version": "C-VER"}),
    ("AgreePlan", {"plan_version": 2, "signature": None}, {"signature": "S-GUARD"}),
    ("AgreePlan", {"signature": signature(20.5)}, {"signature.signed_at": "V-TIME"}),
    ("AgreePlan", {"signature": signature(23)}, {"at": "V-TIME", "signature.signed_at": "V-TIME"}),
    ("AgreePlan", {"signature": signature(21.4, file_ref="scan.png")}, {"signature.file_ref": "V-FMT"}),
    ("AgreePlan", {"signature": signature(21.4, doc_hash="e" * 64)}, {"signature.doc_hash": "V-FILE"}),
    ("AgreePlan", {"agreed_until": at(21)}, {"agreed_until": "V-TIME"}),
    ("RefusePlan", {"reason": None, "refused_by": None}, {"reason": "V-REQ", "refused_by": "V-REQ"}),
    ("RefusePlan", {"plan_version": 7}, {"plan_version": "C-VER"}),
    ("PerformWork", {"key_steps": []}, {"key_steps": "V-REQ"}),
    ("PerformWork", {"key_steps": [STEP, STEP]}, {"key_steps[1].seq": "V-DUP"}),
    ("PerformWork", {"key_steps": [{**STEP, "plan_step": 3}]}, {"key_steps[0].plan_step": "S-GUARD"}),
    ("PerformWork", {"key_steps": [{**STEP, "time": at(21)}]}, {"key_steps[0].time": "V-TIME"}),
    ("PerformWork", {"key_steps": [{**STEP, "time": at(26)}]}, {"key_steps[0].time": "V-TIME"}),
    ("PerformWork", {"key_steps": [STEP], "started_at": at(21.2)}, {"started_at": "V-TIME"}),
    ("PerformWork", {"key_steps": [STEP], "ended_at": at(26)}, {"at": "V-TIME", "ended_at": "V-TIME"}),
    (
        "PerformWork",
        {"started_at": at(22), "ended_at": at(22), "key_steps": [STEP]},
        {"ended_at": "V-TIME"},
    ),
    ("PerformWork", {"parts": None}, {"parts": "V-REQ"}),
    ("PerformWork", {"no_parts": True}, {"no_parts": "V-FMT"}),
    ("PerformWork", {"parts": [part(unit=None)]}, {"parts[0].unit": "V-REQ"}),
    ("PerformWork", {"parts": [part(qty=-1)]}, {"parts[0].qty": "V-RANGE"}),
    ("PerformWork", {"parts": [part(qty=0.5, unit="pcs")]}, {"parts[0].qty": "V-RANGE"}),
    ("PerformWork", {"parameters": []}, {"parameters": "V-REQ"}),
    ("PerformWork", {"people": []}, {"people": "V-REQ"}),
    ("PerformWork", {"people": ["technician", "technician"]}, {"people[1]": "V-DUP"}),
    ("PerformWork", {"incident": True}, {"incident_text": "V-REQ"}),
    ("PerformWork", {"rule_breach": None}, {"rule_breach": "V-REQ"}),
    (
        "PerformWork",
        {"safety_check": {"loto": True, "energy_zero": False, "secured": True}},
        {"safety_check.reason": "S-GUARD"},
    ),
    ("FinishWork", {"finished_at": at(24)}, {"finished_at": "V-TIME"}),
    ("FinishWork", {"finished_at": at(27)}, {"at": "V-TIME", "finished_at": "V-TIME"}),
    ("FinishWork", {"labour_h": 0}, {"labour_h": "V-RANGE"}),
    ("RecordTrialRun", {"good_qty": 116}, {"good_qty": "V-RANGE"}),
    ("RecordTrialRun", {"shots": 0}, {"shots": "V-RANGE"}),
    ("RecordTrialRun", {"ended_at": at(25)}, {"ended_at": "V-TIME"}),
    ("RecordTrialRun", {"no_parameters": None}, {"parameters": "V-REQ"}),
    ("RecordTrialRun", {"result": "CONDITIONAL"}, {"remaining": "V-REQ"}),
    ("RecordTrialRun", {"problem_gone": False}, {"problem_gone": "S-GUARD"}),
    (
        "RecordTrialRun",
        {"problem_gone": False, "mould_normal": False},
        {"problem_gone": "S-GUARD", "mould_normal": "S-GUARD"},
    ),
    ("RecordTrialRun", {"trial_no": 1}, {"trial_no": "V-FMT"}),
    ("VerifyService", {"trial_event_id": None}, {"trial_event_id": "V-REQ"}),
    ("VerifyService", {"trial_event_id": STRANGE_ID}, {"trial_event_id": "V-REF"}),
    ("VerifyService", {"accepts_content": False}, {"accepts_content": "S-GUARD"}),
    (
        "VerifyService",
        {"accepts_effect": False, "signature": None},
        {"accepts_effect": "S-GUARD", "signature": "S-GUARD"},
    ),
    ("VerifyService", {"signature": signature(26)}, {"signature.signed_at": "V-TIME"}),
    ("VerifyService", {"signature": signature(27.4, sign_mode="EMAIL")}, {"signature.sign_mode": "V-ENUM"}),
    ("VerifyService", {"confirmation": confirmation(27.4)}, {"confirmation": "V-FMT"}),
    ("DepartSite", {"people": ["technician", "technician"]}, {"people[1]": "V-DUP"}),
    ("DepartSite", {"people": ["colleague"]}, {"people[0]": "S-GUARD"}),
    ("DepartSite", {"at": at(19)}, {"at": "V-TIME"}),
    ("ReturnFromSite", {"at": at(27)}, {"at": "V-TIME"}),
    ("SubmitCompletionReport", {"no_open_issues": None}, {"open_issues": "V-REQ"}),
    ("SubmitCompletionReport", {"open_issues": [ISSUE]}, {"no_open_issues": "V-FMT"}),
    ("SubmitCompletionReport", {"parts_replaced": None}, {"parts_replaced": "V-REQ"}),
    ("SubmitCompletionReport", {"doc_hash": "e" * 64}, {"doc_hash": "V-FILE"}),
    (
        "SubmitCompletionReport",
        {"no_open_issues": None, "open_issues": [{"text": "换镶件"}]},
        {"open_issues[0].owner": "V-REQ", "open_issues[0].due_at": "V-REQ"},
    ),
    (
        "SubmitCompletionReport",
        {"no_open_issues": None, "open_issues": [{**ISSUE, "due_at": at(20)}]},
        {"open_issues[0].due_at": "V-TIME"},
    ),
    ("EvaluateService", {"process": 6, "result": 0}, {"process": "V-RANGE", "result": "V-RANGE"}),
    ("EvaluateService", {"attitude": 4.5}, {"attitude": "V-FMT"}),
    ("EvaluateService", {"signature": None}, {"signature": "S-GUARD"}),
    ("EvaluateService", {"signature": signature(28)}, {"signature.signed_at": "V-TIME"}),
    ("EvaluateService", {"signature": signature(28.9, sign_mode="EMAIL")}, {"signature.sign_mode": "V-ENUM"}),
]


@pytest.mark.parametrize(
    ("command", "changes", "told"), ROWS, ids=lambda value: value if isinstance(value, str) else ""
)
@pytest.mark.proves(
    "R-2.3.1-b",
    "R-2.3.2-a",
    "R-2.3.2-b",
    "R-2.3.3-b",
    "R-2.3.3-c",
    "R-2.3.4-a",
    "R-2.4.1-a",
    "R-2.4.1-b",
    "B-22",
    "B-24",
)
async def test_a_fault_is_named_and_nothing_is_recorded(
    command: str, changes: dict[str, Any], told: dict[str, str]
) -> None:
    walked = await (await walk()).before(command)
    before = await walked.desk.store.last()
    answer = await walked.send(command, **changes)
    assert codes(answer) == told, answer.body
    assert await walked.desk.store.last() == before


@pytest.mark.parametrize(
    ("command", "without", "told"),
    [
        ("PrepareService", "ConfirmVisit", {"": "S-GUARD"}),
        ("PrepareService", "ReadSafetyRules", {"technicians[0]": "S-GUARD"}),
        ("ProposePlan", "ConfirmProblem", {"": "S-GUARD"}),
        ("AgreePlan", "ProposePlan", {"plan_version": "S-GUARD"}),
        ("RefusePlan", "ProposePlan", {"plan_version": "S-GUARD"}),
        ("FinishWork", "PerformWork", {"": "S-GUARD"}),
        ("VerifyService", "RecordTrialRun", {"trial_event_id": "S-GUARD"}),
        ("EvaluateService", "SubmitCompletionReport", {"": "S-GUARD"}),
    ],
)
@pytest.mark.proves("R-2.3.1-b", "R-2.3.1-c", "R-2.3.2-c")
async def test_a_step_that_was_left_out_is_named(command: str, without: str, told: dict[str, str]) -> None:
    walked = await (await walk()).before(without)
    for step in way_until(command)[len(way_until(without)) + 1 :]:
        assert (await walked.send(step)).status == 201
    answer = await walked.send(command)
    assert (answer.status, codes(answer)) == (409, told)


@pytest.mark.proves("R-2.3.1-a")
async def test_every_open_item_of_the_preparation_is_named_at_once() -> None:
    walked = await (await walk()).before("ConfirmVisit")
    answer = await walked.send("PrepareService", items=items(TOOLS={}, FORMS={}, SAFETY={}))
    told = [(error["field"], error["message"]) for error in answer.body["errors"]]
    assert [field for field, _ in told] == ["items", "items", "items", "", "technicians[0]"]
    for word, (_, message) in zip(("工具", "单据", "安全规范", "确认上门时间", "technician"), told, strict=True):
        assert word in message


@pytest.mark.proves("B-23")
async def test_leaving_an_unsolved_problem_needs_the_customers_permission() -> None:
    walked = await (await walk()).before("ConfirmProblem")
    answer = await walked.send("DepartSite")
    assert (answer.status, codes(answer)) == (409, {"permission_by": "S-GUARD"})
    assert (await walked.send("DepartSite", permission_by="李建国")).status == 201


@pytest.mark.parametrize(
    "command", ["RequestOnsite", "ApproveOnsite", "PrepareService", "PerformWork", "VerifyService"]
)
async def test_a_step_out_of_its_place_is_refused_by_the_state(command: str) -> None:
    walked = await (await walk()).before("ConfirmProblem")
    answer = await walked.send(command)
    assert (answer.status, codes(answer)) == (409, {"": "S-STATE"})
