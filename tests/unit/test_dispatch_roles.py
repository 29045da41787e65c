"""Who may send what of a visit: roles that hang on the case and on fields, and the separation of duties."""

from typing import Any

import pytest

from tests.support.desk import codes
from tests.support.samples import at
from tests.support.visit import confirmation, remote_verification, signature
from tests.support.walking import ONSITE, resolved_from_afar, session, walk

SENT = [step.command for step in ONSITE if step.by == "technician" and step.command != "ReadSafetyRules"]
SIGNED = ("AgreePlan", "VerifyService", "EvaluateService")


@pytest.mark.parametrize("command", [one for one in SENT if one not in SIGNED])
@pytest.mark.proves("B-18")
async def test_only_those_who_are_sent_act_at_the_customers(command: str) -> None:
    walked = await (await walk()).before(command)
    for user in ("colleague", "engineer"):
        answer = await walked.send(command, by=user)
        assert (answer.status, codes(answer)) == (403, {"": "A-ROLE"}), (user, answer.body)
    assert (await walked.send(command)).status == 201


@pytest.mark.parametrize("command", SIGNED)
@pytest.mark.proves("R-2.3.4-b")
async def test_a_technician_signs_for_the_customer_an_engineer_only_when_sent(command: str) -> None:
    walked = await (await walk()).before(command)
    answer = await walked.send(command, by="engineer")
    assert (answer.status, codes(answer)) == (403, {"": "A-ROLE"})
    answer = await walked.send(command, signature=None)
    assert (answer.status, codes(answer)) == (409, {"signature": "S-GUARD"}), answer.body
    assert (await walked.send(command, by="colleague")).status == 201


@pytest.mark.parametrize("command", [*SIGNED, "RefusePlan"])
async def test_a_customer_speaks_for_the_own_company_only(command: str) -> None:
    walked = await (await walk()).before(command)
    answer = await walked.send(command, by="stranger")
    assert (answer.status, codes(answer)) == (403, {"": "A-ROLE"})
    assert (await walked.send(command, by="customer")).status == 201


async def test_a_customer_has_no_word_in_a_case_without_a_company() -> None:
    request = {"RequestOnsite": {"zone": "B"}}
    walked = await (await walk(customer_id=None)).before("AgreePlan", **request)
    assert codes(await walked.send("AgreePlan", by="customer")) == {"": "A-ROLE"}


async def test_an_engineer_who_is_sent_does_what_a_technician_does() -> None:
    walked = await (await walk()).before("ReadSafetyRules")
    for command, changes in (
        ("ReadSafetyRules", {}),
        ("PrepareService", {"technicians": ["engineer"]}),
        ("ArriveOnSite", {"people": ["engineer"]}),
        ("ConfirmProblem", {}),
        ("ProposePlan", {}),
        ("AgreePlan", {}),
        ("PerformWork", {"people": ["engineer"]}),
    ):
        by = "specialist" if command == "PrepareService" else "engineer"
        answer = await walked.send(command, by=by, **changes)
        assert answer.status == 201, (command, answer.body)


async def test_where_nobody_is_sent_yet_the_state_says_no() -> None:
    walked = await (await walk()).after("ApproveOnsite")
    assert (await walked.send("ArriveOnSite")).body["code"] == "S-STATE"
    assert codes(await walked.send("DepartSite")) == {"": "A-ROLE"}


@pytest.mark.proves("R-2.3.1-c")
async def test_everybody_reads_the_safety_rules_for_himself() -> None:
    walked = await (await walk()).before("ReadSafetyRules")
    answer = await walked.send("ReadSafetyRules", on_behalf_of="colleague")
    assert (answer.status, codes(answer)) == (403, {"on_behalf_of": "A-ROLE"})
    assert (await walked.send("ReadSafetyRules", by="specialist")).body["code"] == "A-ROLE"


@pytest.mark.parametrize("command", ["ApproveOnsite", "RejectOnsite"])
@pytest.mark.proves("R-2.2.3-b")
async def test_whoever_asked_for_a_visit_does_not_decide_on_it(command: str) -> None:
    walked = await (await walk()).before("RequestOnsite")
    assert (await walked.send("RequestOnsite", by="requester")).status == 201
    answer = await walked.send(command, by="requester")
    assert (answer.status, codes(answer)) == (403, {"": "A-SELF"})
    answer = await walked.send(command, by="supervisor", on_behalf_of="requester")
    assert (answer.status, codes(answer)) == (403, {"": "A-SELF"})
    assert (await walked.send(command)).status == 201


async def test_the_separation_of_duties_is_told_before_what_is_missing() -> None:
    walked = await (await walk()).before("RequestOnsite")
    await walked.send("RequestOnsite", by="requester")
    answer = await walked.send("ApproveOnsite", by="requester", deferred_warranty_reason=None)
    assert codes(answer) == {"": "A-SELF"}


async def test_nor_does_the_one_decide_for_whom_it_was_asked() -> None:
    walked = await (await walk()).before("RequestOnsite")
    await walked.send("RequestOnsite", on_behalf_of="supervisor")
    assert codes(await walked.send("ApproveOnsite")) == {"": "A-SELF"}
    assert (await walked.send("ApproveOnsite", by="deputy")).status == 201


@pytest.mark.parametrize("named", ["delegate_of", "on_behalf_of"])
async def test_a_delegate_decides_in_the_time_of_the_appointment(named: str) -> None:
    walked = await (await walk()).before("ApproveOnsite")
    stead = {named: "supervisor"}
    assert codes(await walked.send("ApproveOnsite", by="production", **stead)) == {"": "A-ROLE"}
    appointment = {"delegate": "production", "valid_from": at(0), "valid_to": at(48), "reason": "休假"}
    answer = await walked.desk.send("AppointDelegate", appointment, to="supervisor", by="supervisor")
    assert answer.status == 201, answer.body
    assert (await walked.send("ApproveOnsite", by="production", **stead)).status == 201


async def test_nobody_decides_for_another_without_an_appointment() -> None:
    walked = await (await walk()).before("ApproveOnsite")
    answer = await walked.send("ApproveOnsite", by="deputy", delegate_of="supervisor")
    assert (answer.status, codes(answer)) == (403, {"delegate_of": "A-ROLE"})


async def test_a_delegate_who_asked_for_the_visit_does_not_decide() -> None:
    walked = await (await walk()).before("RequestOnsite")
    appointment = {"delegate": "engineer", "valid_from": at(0), "valid_to": at(48), "reason": "休假"}
    await walked.desk.send("AppointDelegate", appointment, to="supervisor", by="supervisor")
    await walked.send("RequestOnsite", by="engineer")
    answer = await walked.send("ApproveOnsite", by="engineer", delegate_of="supervisor")
    assert codes(answer) == {"": "A-SELF"}


@pytest.mark.parametrize(
    ("by", "body", "code"),
    [
        ("specialist", {"mode": "ONSITE", "signature": signature(27.4), "confirmation": None}, "A-ROLE"),
        ("technician", {}, "A-ROLE"),
        ("engineer", {}, "A-ROLE"),
        ("stranger", {}, "A-ROLE"),
        ("specialist", {"confirmation": None}, "S-GUARD"),
        ("specialist", {"confirmation": confirmation(27.4, evidence_ref=None)}, "S-GUARD"),
        ("specialist", {"confirmation": confirmation(27.4, evidence_ref=None, via="PORTAL")}, None),
        ("specialist", {}, None),
        ("customer", {"confirmation": None}, None),
    ],
)
@pytest.mark.proves("R-2.2.2-c")
async def test_a_service_from_afar_is_verified_by_the_customer_or_by_proven_word(
    by: str, body: dict[str, Any], code: str | None
) -> None:
    walked = await resolved_from_afar()
    answer = await walked.desk.send("VerifyService", remote_verification(**body), to=walked.case_id, by=by)
    assert answer.body.get("code") == code, answer.body


async def test_a_specialist_reports_and_takes_the_evaluation_of_services_from_afar_only() -> None:
    walked = await (await walk()).before("SubmitCompletionReport")
    assert codes(await walked.send("SubmitCompletionReport", by="specialist")) == {"": "A-ROLE"}
    await walked.send("SubmitCompletionReport")
    proof = {"signature": None, "confirmation": confirmation(28.9)}
    assert codes(await walked.send("EvaluateService", by="specialist", **proof)) == {"": "A-ROLE"}
    assert (await walked.send("EvaluateService")).status == 201


async def test_technicians_report_nothing_of_services_from_afar() -> None:
    walked = await resolved_from_afar()
    await walked.desk.send("VerifyService", remote_verification(), to=walked.case_id)
    assert codes(await walked.send("SubmitCompletionReport")) == {"": "A-ROLE"}
    assert (await walked.send("SubmitCompletionReport", by="specialist")).status == 201
    answer = await walked.send("EvaluateService", by="specialist", signature=None)
    assert codes(answer) == {"confirmation": "S-GUARD"}


async def test_of_several_roles_the_one_counts_that_may() -> None:
    walked = await (await walk()).before("ReadSafetyRules")
    await walked.send("ReadSafetyRules", by="allround")
    await walked.send("PrepareService", technicians=["allround"])
    await walked.send("ArriveOnSite", by="allround", people=["allround"])
    for step in ONSITE[7:14]:
        assert (await walked.send(step.command, by="allround")).status == 201
    assert (await walked.send("SubmitCompletionReport", by="allround")).status == 201
    assert (await walked.send("EvaluateService", by="allround")).status == 201
    recorded = await walked.desk.events(walked.case_id)
    assert {one.meta.actor_role for one in recorded[-2:]} == {"TECHNICIAN"}


async def test_a_complaint_is_not_verified_before_its_remedy_is_decided() -> None:
    walked = await resolved_from_afar(case_kind="COMPLAINT", complained_about="sales")
    answer = await walked.desk.send("VerifyService", remote_verification(), to=walked.case_id)
    assert (answer.status, codes(answer)) == (409, {"": "S-GUARD"})


async def test_a_confirmation_is_not_older_than_the_session_it_confirms() -> None:
    walked = await (await walk()).after("Classify")
    await walked.has_recorded("RemoteSessionLogged", session("RESOLVED", 2))
    walked.until(3)
    early = remote_verification(confirmation=confirmation(1))
    answer = await walked.desk.send("VerifyService", early, to=walked.case_id)
    assert codes(answer) == {"confirmation.at": "V-TIME"}


async def test_an_import_tells_what_the_persons_of_record_did() -> None:
    walked = await (await walk()).before("RequestOnsite")
    imported = {"by": "system", "rights": ("import",), "import_batch": "2025"}
    for step in ONSITE[1:]:
        answer = await walked.send(step.command, **imported, on_behalf_of=step.by)
        assert answer.status == 201, (step.command, answer.body)
    facts = (await walked.state()).dispatch
    assert (facts.requests[0].requested_by, facts.readings[0].user) == ({"specialist"}, "technician")


async def test_nor_does_an_import_let_somebody_decide_on_the_own_request() -> None:
    walked = await (await walk()).before("RequestOnsite")
    imported = {"by": "system", "rights": ("import",), "import_batch": "2025", "on_behalf_of": "requester"}
    assert (await walked.send("RequestOnsite", **imported)).status == 201
    assert codes(await walked.send("ApproveOnsite", **imported)) == {"": "A-SELF"}
