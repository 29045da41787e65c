"""What dispatch accepts: the whole visit, its other ways, and what the service itself fills in."""

from datetime import datetime
from typing import Any

import pytest

from shared.events.catalogue import decode
from tests.support.desk import codes
from tests.support.samples import at, mould
from tests.support.visit import confirmation, items, remote_verification, signature
from tests.support.walking import ONSITE, Walk, resolved_from_afar, session, walk


def instant(hours: float) -> datetime:
    return datetime.fromisoformat(at(hours))


async def last_event(walked: Walk) -> Any:
    return decode((await walked.desk.events(walked.case_id))[-1])


@pytest.mark.proves(
    "R-2.2.3-a", "R-2.3.1-a", "R-2.3.2-a", "R-2.3.2-b", "R-2.3.3-b", "R-2.3.4-a", "R-2.4.1-a", "R-2.4.1-b"
)
async def test_a_normal_visit_goes_from_the_report_to_the_evaluation() -> None:
    walked = await (await walk()).after("ReturnFromSite")
    case = await walked.state()
    assert case.state == "EVALUATED"
    types = [recorded.meta.type for recorded in await walked.desk.events(walked.case_id)]
    assert types[:5] == ["FeedbackReceived", "Classified", "OnsiteRequested", "OnsiteApproved", "VisitConfirmed"]
    assert len(types) == len(ONSITE) + 1
    [stay] = case.dispatch.stays
    assert (stay.departed_at, stay.returned_at) == (instant(28), instant(32))


async def test_a_service_from_afar_goes_to_the_evaluation_without_anybody_sent() -> None:
    walked = await resolved_from_afar()
    answer = await walked.desk.send("VerifyService", remote_verification(), to=walked.case_id)
    assert answer.body["state"] == "VERIFIED", answer.body
    report = {"form": "COMPLETION", "delivered_via": "EMAIL", "parts_replaced": None, "no_parts_replaced": True}
    assert (await walked.send("SubmitCompletionReport", by="specialist", **report)).status == 201
    proof = {"signature": None, "confirmation": confirmation(28.9)}
    assert (await walked.send("EvaluateService", by="specialist", **proof)).body["state"] == "EVALUATED"


async def test_what_happened_stands_at_the_events_own_time() -> None:
    walked = await (await walk()).after("ReturnFromSite")
    occurred = {one.meta.type: one.meta.occurred_at for one in await walked.desk.events(walked.case_id)}
    own = {
        "VisitConfirmed": 0.9,
        "SafetyRulesRead": 1.9,
        "TechnicianArrived": 20,
        "PlanAgreed": 21.4,
        "WorkPerformed": 25,
        "WorkFinished": 25.4,
        "TrialRunRecorded": 26.9,
        "ServiceVerified": 27.4,
        "CustomerEvaluated": 28.9,
    }
    assert {type: occurred[type] for type in own} == {type: instant(hours) for type, hours in own.items()}


async def test_the_site_of_the_customer_gives_the_zone() -> None:
    walked = await (await walk()).after("RequestOnsite")
    assert (await walked.state()).dispatch.requests[-1].zone == "A"


async def test_a_case_without_a_customer_names_the_zone_itself() -> None:
    walked = await (await walk(customer_id=None)).before("RequestOnsite")
    assert codes(await walked.send("RequestOnsite")) == {"zone": "V-REQ"}
    assert (await walked.send("RequestOnsite", zone="C")).status == 201
    assert (await walked.state()).dispatch.requests[-1].zone == "C"


@pytest.mark.proves("R-2.2.2-a")
async def test_remote_support_that_was_tried_opens_the_way_to_a_visit() -> None:
    walked = await (await walk()).before("RequestOnsite")
    assert codes(await walked.send("RequestOnsite", reason="REMOTE_FAILED")) == {"reason": "S-GUARD"}
    assert codes(await walked.send("RequestOnsite", reason="CONTRACT")) == {"waiver_reason": "V-REQ"}
    await walked.has_recorded("RemoteSessionLogged", session("NOT_RESOLVED"))
    assert (await walked.send("RequestOnsite", reason="REMOTE_FAILED")).status == 201


async def test_an_urgent_case_is_acknowledged_before_a_visit_is_asked_for() -> None:
    walked = await (await walk()).before("RequestOnsite", Classify={"urgency": "URGENT"})
    answer = await walked.send("RequestOnsite", reason="REMOTE_FAILED")
    assert [error["field"] for error in answer.body["errors"]] == ["", "reason"]
    acknowledgement = {
        "ack_at": at(0.05),
        "ack_channel": "HOTLINE",
        "said_accepted": True,
        "process_explained": "工程师将回电",
        "estimate": "今天",
        "next_contact_at": at(2),
        "auto": False,
    }
    assert (await walked.desk.send("AcknowledgeCase", acknowledgement, to=walked.case_id)).status == 201
    assert (await walked.send("RequestOnsite")).status == 201


async def test_a_judged_warranty_needs_no_reason_to_put_it_off() -> None:
    walked = await (await walk()).before("ApproveOnsite")
    answer = await walked.send("ApproveOnsite", deferred_warranty_reason=None)
    assert codes(answer) == {"deferred_warranty_reason": "S-GUARD"}
    judged = {"verdict": "IN", "basis": "交付 8 个月", "liability": "OURS", "charge": "FREE"}
    await walked.has_recorded("WarrantyAssessed", judged)
    assert (await walked.send("ApproveOnsite", deferred_warranty_reason=None)).status == 201


@pytest.mark.proves("R-2.2.3-b")
async def test_a_request_that_was_rejected_is_made_again() -> None:
    walked = await (await walk()).before("RejectOnsite")
    assert (await walked.send("RejectOnsite")).body["state"] == "DIAGNOSING"
    walked.until(0.5)
    assert (await walked.send("RequestOnsite")).body["state"] == "ONSITE_REQUESTED"
    assert (await walked.send("ApproveOnsite")).body["state"] == "ONSITE_APPROVED"


@pytest.mark.proves("R-2.3.1-c")
async def test_the_readings_of_those_who_go_are_kept_with_the_preparation() -> None:
    walked = await (await walk()).before("PrepareService")
    again = await walked.send("ReadSafetyRules")
    await walked.send("ReadSafetyRules", by="colleague")
    assert (await walked.send("PrepareService")).status == 201
    assert (await last_event(walked)).safety_read == [again.body["event"]["id"]]


async def test_drawings_taken_along_stand_in_the_list_of_the_linked_mould() -> None:
    walked = await walk()
    linked = (await walked.desk.send("RegisterMould", mould(walked.companies[0]))).body["id"]
    await walked.before("PrepareService", Classify={"mould_id": linked})
    taken = {"items": items(DRAWINGS={"status": "DONE", "detail": "两份"})}
    drawings = [{"doc_id": "D-117-01", "revision": "B"}, {"doc_id": "D-117-02", "revision": "C"}]
    assert codes(await walked.send("PrepareService", **taken)) == {"drawings": "V-REQ"}
    answer = await walked.send("PrepareService", **taken, drawings=drawings)
    assert codes(answer) == {"drawings[1].doc_id": "V-REF"}
    assert (await walked.send("PrepareService", **taken, drawings=drawings[:1])).status == 201


async def test_the_confirmed_fault_counts_and_keeps_the_version_of_its_vocabulary() -> None:
    walked = await (await walk()).after("ConfirmProblem", ConfirmProblem={"fault_code": "C-MV-01"})
    assert (await walked.state()).dispatch.fault_code == "C-MV-01"
    assert (await last_event(walked)).vocabulary_version == 1


@pytest.mark.proves("R-2.3.2-c", "R-2.3.3-a")
async def test_a_refused_plan_is_followed_by_the_next_version_and_work_by_the_old_one_is_stale() -> None:
    walked = await (await walk()).before("RefusePlan")
    assert (await walked.send("RefusePlan")).body["state"] == "ON_SITE"
    assert (await walked.send("ProposePlan")).status == 201
    assert codes(await walked.send("AgreePlan")) == {"plan_version": "C-VER"}
    assert codes(await walked.send("RefusePlan")) == {"plan_version": "C-VER"}
    assert (await walked.send("AgreePlan", plan_version=2, signature=signature(21.5))).status == 201
    assert codes(await walked.send("PerformWork", plan_version=1)) == {"plan_version": "C-VER"}
    assert (await walked.send("PerformWork", plan_version=2)).status == 201


async def test_a_refusal_may_carry_a_signature() -> None:
    walked = await (await walk()).before("RefusePlan")
    assert (await walked.send("RefusePlan", signature=signature(21.3))).status == 201


@pytest.mark.proves("R-2.3.3-a")
async def test_leaving_the_agreed_plan_needs_a_reason_and_a_new_agreement() -> None:
    walked = await (await walk()).before("PerformWork")
    assert codes(await walked.send("ProposePlan")) == {"differs_reason": "V-REQ"}
    answer = await walked.send("ProposePlan", differs_reason="导套也已磨损")
    assert (answer.body["state"], (await last_event(walked)).plan_version) == ("ON_SITE", 2)
    assert (await walked.send("PerformWork")).body["code"] == "S-STATE"


@pytest.mark.proves("R-2.2.1-c")
async def test_a_plan_rests_on_minutes_of_this_case_only() -> None:
    walked = await (await walk()).after("Classify")
    asked = {"question": "飞边原因", "departments": ["TECH"], "needed_by": at(4)}
    await walked.has_recorded("ConsultationRequested", asked)
    minutes = {
        "held_at": at(0.05),
        "participants": [{"person_id": "engineer", "dept": "TECH"}, {"person_id": "production", "dept": "PRODUCTION"}],
        "causes": [{"category": "WEAR", "text": "导柱磨损", "likelihood": "H"}],
        "solutions": [{"text": "补焊", "effect": "消除飞边", "risk": "变形"}],
        "no_resources": True,
        "conclusion": "现场修配",
        "recommended_route": "ONSITE",
    }
    held = await walked.has_recorded("ConsultationHeld", minutes)
    for step in ONSITE[1:8]:
        assert (await walked.send(step.command)).status == 201
    assert (await walked.send("ProposePlan", consultation_ref=held)).status == 201


async def test_a_customer_who_is_signed_in_agrees_and_verifies_and_rates_without_a_signature() -> None:
    walked = await (await walk()).before("AgreePlan")
    assert (await walked.send("AgreePlan", by="customer", signature=None)).status == 201
    for command in ("PerformWork", "FinishWork", "RecordTrialRun"):
        await walked.send(command)
    assert (await walked.send("VerifyService", by="customer", signature=None)).status == 201
    await walked.send("SubmitCompletionReport")
    assert (await walked.send("EvaluateService", by="customer", signature=None)).body["state"] == "EVALUATED"


@pytest.mark.parametrize(
    ("plan", "request_", "code"),
    [
        ({"cost_effect": "FREE"}, {}, None),
        ({"cost_effect": "COST"}, {}, "S-GUARD"),
        ({"cost_effect": "FULL"}, {}, "S-GUARD"),
        ({"cost_effect": "PENDING"}, {}, "S-GUARD"),
        ({"cost_effect": "FULL"}, {"reason": "SAFETY_RISK"}, None),
    ],
)
@pytest.mark.proves("B-05")
async def test_a_plan_that_may_cost_waits_for_an_accepted_quotation_but_a_danger_does_not(
    plan: dict[str, Any], request_: dict[str, Any], code: str | None
) -> None:
    walked = await (await walk()).before("AgreePlan", ProposePlan=plan, RequestOnsite=request_)
    answer = await walked.send("AgreePlan")
    assert (answer.status == 201) if code is None else (codes(answer) == {"plan_version": code})


@pytest.mark.proves("R-2.3.4-c")
async def test_failed_trial_runs_are_kept_and_the_last_one_counts() -> None:
    failed = {"result": "FAIL", "problem_gone": False}
    walked = await (await walk()).before("RecordTrialRun")
    first = await walked.send("RecordTrialRun", **failed)
    assert first.body["state"] == "PLAN_AGREED"
    assert codes(await walked.send("FinishWork")) == {"": "S-GUARD"}
    for command in ("PerformWork", "FinishWork"):
        assert (await walked.send(command)).status == 201
    await walked.send("RecordTrialRun")
    answer = await walked.send("VerifyService", trial_event_id=first.body["event"]["id"])
    assert codes(answer) == {"trial_event_id": "S-GUARD"}
    assert (await walked.send("VerifyService")).status == 201
    assert [one.number for one in (await walked.state()).dispatch.trials] == [1, 2]


async def test_a_conditional_trial_run_leaves_issues_open() -> None:
    conditional = {"result": "CONDITIONAL", "remaining": "2 号腔轻微飞边", "problem_gone": False}
    walked = await (await walk()).before("SubmitCompletionReport", RecordTrialRun=conditional)
    answer = await walked.send("SubmitCompletionReport")
    assert codes(answer) == {"no_open_issues": "S-GUARD"}
    issue = {"text": "更换 2 号腔镶件", "owner": "technician", "due_at": at(200)}
    answer = await walked.send("SubmitCompletionReport", no_open_issues=None, open_issues=[issue])
    assert answer.status == 201


async def test_two_who_went_may_leave_and_return_one_by_one() -> None:
    both = {"technicians": ["technician", "colleague"]}
    walked = await (await walk()).before("PrepareService")
    await walked.send("ReadSafetyRules", by="colleague")
    await walked.send("PrepareService", **both)
    await walked.send("ArriveOnSite", people=both["technicians"])
    leaving = {"permission_by": "李建国"}
    assert (await walked.send("DepartSite", people=["colleague"], **leaving)).status == 201
    assert codes(await walked.send("DepartSite", people=["colleague"], **leaving)) == {"people[0]": "S-GUARD"}
    assert codes(await walked.send("ReturnFromSite", people=["technician"])) == {"people[0]": "S-GUARD"}
    assert (await walked.send("ReturnFromSite")).status == 201
    assert (await walked.state()).dispatch.stays[0].returned_at is None
    assert (await walked.send("DepartSite", **leaving)).status == 201
    assert codes(await walked.send("DepartSite", **leaving)) == {"": "S-GUARD"}
    assert (await walked.send("ReturnFromSite")).status == 201
    assert codes(await walked.send("ReturnFromSite")) == {"": "S-GUARD"}
    assert (await walked.state()).dispatch.stays[0].returned_at is not None
