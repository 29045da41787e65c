"""What does not go as planned on a visit: withdrawn, moved, aborted, quoted, not signed, not rated; and who decides."""

from typing import Any

import pytest

from shared.events.catalogue import decode
from tests.support.desk import codes
from tests.support.samples import at
from tests.support.setbacks import message
from tests.support.visit import signature
from tests.support.walking import Walk, walk

DELEGATION = {"delegate": "production", "valid_from": at(0), "valid_to": at(48), "reason": "休假"}
PAYS = {"ProposePlan": {"cost_effect": "FULL"}}


async def last_event(walked: Walk) -> Any:
    return decode((await walked.desk.events(walked.case_id))[-1])


async def accepted(walked: Walk, command: str, **changes: Any) -> str:
    """The state after a command that must be accepted."""
    answer = await walked.send(command, **changes)
    assert answer.status == 201, (command, answer.body)
    return str(answer.body["state"])


@pytest.mark.parametrize("command", ["ApproveOnsite", "ConfirmVisit", "ArriveOnSite"])
@pytest.mark.proves("R-2.2.3-b")
async def test_a_visit_is_withdrawn_until_somebody_arrives(command: str) -> None:
    walked = await (await walk()).before(command)
    told = at(3.5 if command == "ArriveOnSite" else 0.4)
    walked.until(3.6 if command == "ArriveOnSite" else 0.5)
    assert await accepted(walked, "WithdrawOnsite", customer_informed_at=told) == "DIAGNOSING"
    assert await accepted(walked, "RequestOnsite") == "ONSITE_REQUESTED"


async def test_nobody_withdraws_a_visit_that_has_begun() -> None:
    walked = await (await walk()).after("ArriveOnSite")
    assert (await walked.send("WithdrawOnsite")).body["code"] == "S-STATE"


@pytest.mark.parametrize(
    ("by", "reason", "told"),
    [
        ("specialist", "APPROVAL_WITHDRAWN", {"reason": "A-ROLE"}),
        ("engineer", "FAULT_GONE", {"": "A-ROLE"}),
        ("technician", "FAULT_GONE", {"": "A-ROLE"}),
        ("supervisor", "APPROVAL_WITHDRAWN", None),
        ("requester", "APPROVAL_WITHDRAWN", None),
    ],
)
@pytest.mark.proves("R-2.2.3-b")
async def test_only_a_supervisor_takes_back_an_approval(by: str, reason: str, told: dict[str, str] | None) -> None:
    walked = await (await walk()).after("ApproveOnsite")
    answer = await walked.send("WithdrawOnsite", by=by, reason=reason)
    assert (answer.status == 201) if told is None else (codes(answer) == told), answer.body


async def test_an_engineer_withdraws_the_own_request() -> None:
    walked = await (await walk()).before("RequestOnsite")
    await accepted(walked, "RequestOnsite", by="engineer")
    assert codes(await walked.send("WithdrawOnsite", by="production")) == {"": "A-ROLE"}
    assert await accepted(walked, "WithdrawOnsite", by="engineer") == "DIAGNOSING"


@pytest.mark.proves("R-2.3.1-b")
async def test_a_visit_that_moves_is_confirmed_anew_but_the_rules_stay_read() -> None:
    walked = await (await walk()).before("ArriveOnSite")
    assert await accepted(walked, "RescheduleVisit", by="specialist") == "ONSITE_APPROVED"
    assert codes(await walked.send("PrepareService")) == {"": "S-GUARD"}
    await accepted(walked, "ConfirmVisit", visit_at=at(30), confirmed_at=None)
    assert await accepted(walked, "PrepareService") == "PREPARED"


@pytest.mark.proves("B-23")
async def test_a_visit_that_was_aborted_lets_people_go_and_needs_a_new_request() -> None:
    walked = await (await walk()).before("AbortVisit")
    leave = {"permission_by": None, "permission_refused_reason": "现场负责人不在"}
    assert await accepted(walked, "AbortVisit", **leave) == "DIAGNOSING"
    assert await accepted(walked, "RequestOnsite") == "ONSITE_REQUESTED"
    await accepted(walked, "ApproveOnsite")
    assert await accepted(walked, "DepartSite") == "ONSITE_APPROVED"
    await accepted(walked, "ReturnFromSite")
    assert (await walked.state()).dispatch.stays[0].returned_at is not None
    assert codes(await walked.send("DepartSite")) == {"": "A-ROLE"}


async def test_those_who_are_not_back_leave_and_return_though_others_went_there_since() -> None:
    walked = await (await walk()).before("AbortVisit")
    await accepted(walked, "AbortVisit")
    await accepted(walked, "RequestOnsite")
    await accepted(walked, "ApproveOnsite")
    await accepted(walked, "ConfirmVisit", visit_at=at(30), confirmed_at=None)
    await accepted(walked, "ReadSafetyRules", by="colleague", read_at=at(22))
    await accepted(walked, "PrepareService", technicians=["colleague"])
    stranger = {"people": ["technician"], "arrived_at": at(22)}
    assert codes(await walked.send("ArriveOnSite", **stranger)) == {"": "A-ROLE"}
    assert "people[0]" in codes(await walked.send("ArriveOnSite", by="colleague", **stranger))
    await accepted(walked, "ArriveOnSite", by="colleague", people=["colleague"], arrived_at=at(22))
    await accepted(walked, "DepartSite", by="colleague", permission_by="李建国")
    await accepted(walked, "DepartSite", by="technician")
    await accepted(walked, "ReturnFromSite", by="technician")
    await accepted(walked, "ReturnFromSite", by="colleague")
    assert [stay.returned_at is None for stay in (await walked.state()).dispatch.stays] == [False, False]


async def test_on_a_second_visit_an_old_plan_holds_once_the_problem_was_seen_and_an_old_trial_does_not() -> None:
    walked = await (await walk()).after("RecordTrialRun")
    old = walked.trial_event_id
    await accepted(walked, "AbortVisit", at=at(27))
    await accepted(walked, "RequestOnsite")
    await accepted(walked, "ApproveOnsite")
    await accepted(walked, "ConfirmVisit", visit_at=at(40), confirmed_at=None)
    await accepted(walked, "ReadSafetyRules", read_at=at(27))
    await accepted(walked, "PrepareService")
    await accepted(walked, "ArriveOnSite", arrived_at=at(27))
    assert codes(await walked.send("AgreePlan", agreed_until=None)) == {"": "S-GUARD"}
    await accepted(walked, "ConfirmProblem")
    await accepted(walked, "AgreePlan", agreed_until=None)
    assert codes(await walked.send("FinishWork")) == {"": "S-GUARD"}
    await accepted(walked, "PerformWork")
    await accepted(walked, "FinishWork")
    answer = await walked.send("VerifyService", trial_event_id=old)
    assert codes(answer) == {"trial_event_id": "S-GUARD"}


@pytest.mark.parametrize(
    ("quotations", "is_agreed"),
    [
        ([], False),
        ([("Q-1", None, 100)], False),
        ([("Q-1", False, 100)], False),
        ([("Q-1", True, 21)], False),
        ([("Q-1", True, 100)], True),
        ([("Q-1", True, 100), ("Q-2", None, 100)], True),
    ],
)
@pytest.mark.proves("B-05")
async def test_a_plan_that_costs_is_agreed_once_a_quotation_that_holds_is_accepted(
    quotations: list[tuple[str, bool | None, float]], is_agreed: bool
) -> None:
    walked = await (await walk()).before("AgreePlan", **PAYS)
    for number, decided, hours in quotations:
        line = {"kind": "PART", "qty": 1, "unit_price_fen": 120000}
        issued = {"quote_no": number, "lines": [line], "total_fen": 120000, "valid_until": at(hours)}
        await walked.has_recorded("QuotationIssued", issued)
        if decided is not None:
            said = {"quote_no": number, "accepted": decided, "decided_by": "张伟"}
            await walked.has_recorded("QuotationDecided", said)
    answer = await walked.send("AgreePlan")
    assert (answer.status == 201) if is_agreed else (codes(answer) == {"plan_version": "S-GUARD"}), answer.body


@pytest.mark.proves("R-2.3.4-b", "R-2.3.4-c")
async def test_after_a_refused_signature_the_work_is_done_again_and_tried_again() -> None:
    walked = await (await walk()).before("RefuseSignature")
    old = walked.trial_event_id
    assert await accepted(walked, "RefuseSignature") == "WORK_DONE"
    assert codes(await walked.send("DecideUnsigned", at=at(26))) == {"at": "V-TIME"}
    assert await accepted(walked, "DecideUnsigned") == "PLAN_AGREED"
    assert codes(await walked.send("FinishWork")) == {"": "S-GUARD"}
    await accepted(walked, "PerformWork")
    await accepted(walked, "FinishWork")
    assert codes(await walked.send("DecideUnsigned", decision="ACCEPT")) == {"": "S-GUARD"}
    late = {"signature": signature(27.5)}
    assert codes(await walked.send("VerifyService", trial_event_id=old, **late)) == {"trial_event_id": "S-GUARD"}
    await accepted(walked, "RecordTrialRun")
    assert await accepted(walked, "VerifyService", **late) == "VERIFIED"


@pytest.mark.proves("R-2.3.4-b")
async def test_a_service_is_accepted_without_a_signature_by_a_supervisor_who_was_asked_to() -> None:
    walked = await (await walk()).before("RefuseSignature")
    assert codes(await walked.send("DecideUnsigned", decision="ACCEPT")) == {"": "S-GUARD"}
    await accepted(walked, "RefuseSignature")
    assert codes(await walked.send("DecideUnsigned", by="technician")) == {"": "A-ROLE"}
    assert await accepted(walked, "DecideUnsigned", decision="ACCEPT") == "VERIFIED"
    verified = (await walked.state()).dispatch.verification
    assert verified is not None
    assert (verified.mode, verified.is_unsigned) == ("ONSITE", True)
    assert await accepted(walked, "SubmitCompletionReport") == "VERIFIED"


async def test_without_a_trial_run_nothing_is_accepted_unsigned() -> None:
    walked = await (await walk()).before("RecordTrialRun")
    await accepted(walked, "RefuseSignature")
    assert codes(await walked.send("DecideUnsigned", decision="ACCEPT")) == {"": "S-GUARD"}
    assert await accepted(walked, "DecideUnsigned") == "PLAN_AGREED"


async def test_a_delegate_decides_unsigned_and_both_names_stand_on_the_event() -> None:
    walked = await (await walk()).before("RefuseSignature")
    await accepted(walked, "RefuseSignature")
    stead = {"by": "production", "delegate_of": "supervisor"}
    assert codes(await walked.send("DecideUnsigned", **stead)) == {"": "A-ROLE"}
    await walked.desk.send("AppointDelegate", DELEGATION, to="supervisor", by="supervisor")
    await accepted(walked, "DecideUnsigned", **stead)
    stored = (await walked.desk.events(walked.case_id))[-1]
    assert (stored.meta.actor, stored.meta.actor_role, decode(stored).delegate_of) == (
        "production",
        "SUPERVISOR",
        "supervisor",
    )


async def test_a_delegate_decides_only_while_the_appointment_lasts() -> None:
    walked = await (await walk()).before("RefuseSignature")
    await accepted(walked, "RefuseSignature")
    short = {**DELEGATION, "valid_to": at(20)}
    assert (await walked.desk.send("AppointDelegate", short, to="supervisor", by="supervisor")).status == 201
    answer = await walked.send("DecideUnsigned", by="deputy", delegate_of="supervisor")
    assert codes(answer) == {"delegate_of": "A-ROLE"}


@pytest.mark.proves("R-2.4.1-b")
async def test_an_evaluation_is_declined_after_the_report_with_the_number_of_requests() -> None:
    walked = await (await walk()).before("SubmitCompletionReport")
    assert codes(await walked.send("DeclineEvaluation", at=at(28))) == {"": "S-GUARD"}
    await walked.has_recorded("CustomerNotified", message("EVALUATION_REQUEST"))
    walked.desk.later(hours=1)
    await accepted(walked, "SubmitCompletionReport")
    for trigger in ("EVALUATION_REQUEST", "CONFIRM_REQUEST", "EVALUATION_REQUEST"):
        walked.desk.later(hours=1)
        await walked.has_recorded("CustomerNotified", message(trigger))
    await walked.has_recorded("MessageRequested", message("EVALUATION_REQUEST"))
    assert codes(await walked.send("DeclineEvaluation", by="technician")) == {"": "A-ROLE"}
    assert await accepted(walked, "DeclineEvaluation") == "EVALUATED"
    assert (await last_event(walked)).requests == 2
