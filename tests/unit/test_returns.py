"""A mould that comes to our factory, the store's parts, and a training in place of a trial run."""

from typing import Any

import pytest

from shared.case.state import served_by
from shared.events.catalogue import decode
from tests.support.desk import codes
from tests.support.samples import at
from tests.support.setbacks import stored
from tests.support.visit import part
from tests.support.walking import ONSITE, RETURN, Walk, returning, walk

TRAINING = {"scope": "TRAINING"}


async def accepted(walked: Walk, command: str, **changes: Any) -> str:
    """The state after a command that must be accepted."""
    answer = await walked.send(command, **changes)
    assert answer.status == 201, (command, answer.body)
    return str(answer.body["state"])


@pytest.mark.proves("B-07")
async def test_a_mould_comes_is_repaired_tried_goes_back_and_is_signed_for() -> None:
    walked = await returning("VerifyService")
    assert await accepted(walked, "VerifyService") == "VERIFIED"
    case = await walked.state()
    types = [recorded.meta.type for recorded in await walked.desk.events(walked.case_id)]
    assert types[4:6] == ["ServicePrepared", "MouldReceivedAtFactory"]
    assert types[-3:] == ["TrialRunRecorded", "MouldReturned", "ServiceVerified"]
    assert case.dispatch.requests[-1].agreed_until is not None
    assert (case.dispatch.stays, case.dispatch.receipts[0].returned_at is None) == ((), False)
    await accepted(walked, "SubmitCompletionReport")
    assert await accepted(walked, "EvaluateService") == "EVALUATED"


@pytest.mark.parametrize("command", ["ConfirmVisit", "ReadSafetyRules"])
async def test_nobody_goes_to_the_customers_where_the_mould_comes_to_us(command: str) -> None:
    walked = await returning("PrepareService")
    assert codes(await walked.send(command)) == {"": "S-GUARD"}


async def test_where_a_mould_is_to_come_nobody_arrives_on_site() -> None:
    walked = await returning("ReceiveMould")
    assert "S-GUARD" in codes(await walked.send("ArriveOnSite")).values()


@pytest.mark.parametrize("user", ["technician", "colleague", "engineer", "production"])
async def test_every_technician_and_engineer_counts_as_sent(user: str) -> None:
    walked = await returning("ReceiveMould")
    for command in ("ReceiveMould", "ConfirmProblem", "ProposePlan", "AgreePlan", "PerformWork", "FinishWork"):
        await accepted(walked, command, by=user, **RETURN[command])
    assert codes(await walked.send("RecordTrialRun", by="specialist")) == {"": "A-ROLE"}


async def test_who_worked_on_a_mould_at_our_factory_served_the_case() -> None:
    walked = await returning("PerformWork")
    await accepted(walked, "PerformWork", people=["colleague", "engineer"])
    assert served_by(await walked.state()) == {"colleague", "engineer"}


async def test_what_differs_from_the_packing_list_is_said() -> None:
    walked = await returning("ReceiveMould")
    assert await accepted(walked, "ReceiveMould", packing_list_ok=False, damage="缺吊环 1 只") == "ON_SITE"


@pytest.mark.proves("B-07")
async def test_a_mould_goes_back_after_its_trial_run_has_passed_and_before_it_is_signed_for() -> None:
    walked = await returning("RecordTrialRun")
    assert codes(await walked.send("ReturnMould")) == {"": "S-GUARD"}
    conditional = {"result": "CONDITIONAL", "remaining": "毛刺", "problem_gone": False}
    await accepted(walked, "RecordTrialRun", **conditional)
    assert codes(await walked.send("ReturnMould")) == {"": "S-GUARD"}
    await accepted(walked, "RecordTrialRun")
    assert codes(await walked.send("VerifyService")) == {"": "S-GUARD"}
    await accepted(walked, "RefuseSignature")
    assert codes(await walked.send("DecideUnsigned", decision="ACCEPT")) == {"": "S-GUARD"}
    assert await accepted(walked, "ReturnMould", shipped_at=at(27.4)) == "WORK_DONE"
    assert codes(await walked.send("ReturnMould", shipped_at=at(27.4))) == {"": "S-GUARD"}
    assert await accepted(walked, "DecideUnsigned", decision="ACCEPT") == "VERIFIED"


async def test_a_mould_whose_repair_was_given_up_goes_back_as_it_is() -> None:
    walked = await returning("PerformWork")
    assert await accepted(walked, "AbortVisit", by="engineer") == "DIAGNOSING"
    assert await accepted(walked, "ReturnMould", shipped_at=at(22)) == "DIAGNOSING"
    assert codes(await walked.send("ReturnMould", shipped_at=at(22))) == {"": "S-GUARD"}


async def test_a_return_that_moves_is_prepared_anew() -> None:
    walked = await returning("ReceiveMould")
    assert await accepted(walked, "RescheduleVisit", by="specialist", at=at(3.5)) == "ONSITE_APPROVED"
    assert await accepted(walked, "PrepareService", **RETURN["PrepareService"]) == "PREPARED"


@pytest.mark.proves("B-10")
async def test_parts_are_reserved_issued_used_and_brought_back() -> None:
    walked = await (await walk()).before("RequestOnsite")
    await accepted(walked, "ReserveSpares", by="store")
    assert codes(await walked.send("IssueSpares", parts=[stored(5)])) == {"parts[0].qty": "S-GUARD"}
    await accepted(walked, "IssueSpares")
    assert codes(await walked.send("IssueSpares", parts=[stored(2)])) == {"parts[0].qty": "S-GUARD"}
    await accepted(walked, "IssueSpares", parts=[stored(2)], reason="备用一件")
    assert codes(await walked.send("ReserveSpares", parts=[stored(1, unit="套")])) == {"parts[0].unit": "V-FMT"}
    for step in ONSITE[1:10]:
        await accepted(walked, step.command)
    assert codes(await walked.send("PerformWork", parts=[part(unit="副")])) == {"parts[0].unit": "V-FMT"}
    await accepted(walked, "PerformWork")
    too_many = await walked.send("ReturnSpares", parts=[stored(4)])
    assert codes(too_many) == {"parts[0].qty": "S-GUARD"}
    assert "3" in too_many.body["errors"][0]["message"]
    await accepted(walked, "ReturnSpares", by="technician", parts=[stored(2)])
    assert codes(await walked.send("ReturnSpares", parts=[stored(2)])) == {"parts[0].qty": "S-GUARD"}
    await accepted(walked, "ReturnSpares", parts=[stored(1)])
    [pins] = (await walked.state()).dispatch.spares
    assert (pins.reserved, pins.issued, pins.used, pins.returned) == (4, 5, 2, 3)


async def test_fractions_of_a_part_are_counted_exactly() -> None:
    walked = await (await walk()).before("RequestOnsite")
    wire = {"part_no": "W-1", "unit": "m"}
    await accepted(walked, "ReserveSpares", parts=[{**wire, "qty": 0.3}])
    for _ in range(3):
        await accepted(walked, "IssueSpares", parts=[{**wire, "qty": 0.1}])
    assert codes(await walked.send("IssueSpares", parts=[{**wire, "qty": 0.001}])) == {"parts[0].qty": "S-GUARD"}


@pytest.mark.parametrize(
    ("command", "by", "is_allowed"),
    [
        ("ReserveSpares", "quality", False),
        ("ReserveSpares", "engineer", True),
        ("ReserveSpares", "technician", False),
        ("IssueSpares", "quality", False),
        ("IssueSpares", "specialist", False),
        ("IssueSpares", "engineer", False),
        ("IssueSpares", "supervisor", True),
        ("ReturnSpares", "quality", False),
        ("ReturnSpares", "colleague", False),
        ("ReturnSpares", "technician", True),
        ("ReturnSpares", "engineer", False),
    ],
)
async def test_the_store_handles_parts_and_no_other_department(command: str, by: str, is_allowed: bool) -> None:
    walked = await (await walk()).before("RequestOnsite")
    for earlier in ("ReserveSpares", "IssueSpares"):
        if earlier != command:
            await accepted(walked, earlier)
        else:
            break
    if command == "ReturnSpares":
        for step in ONSITE[1:7]:
            await accepted(walked, step.command)
    answer = await walked.send(command, by=by)
    assert (answer.status == 201) if is_allowed else (codes(answer) == {"": "A-ROLE"}), answer.body


@pytest.mark.proves("B-32")
async def test_a_training_takes_the_place_of_the_trial_run() -> None:
    walked = await (await walk(**TRAINING)).before("RecordTrialRun")
    assert codes(await walked.send("VerifyService")) == {"trial_event_id": "S-GUARD"}
    await accepted(walked, "RecordTrialRun")
    trial = walked.trial_event_id
    assert codes(await walked.send("RecordTraining", by="specialist")) == {"": "A-ROLE"}
    answer = await walked.send("RecordTraining", at=at(27))
    trained = answer.body["event"]["id"]
    assert answer.body["state"] == "WORK_DONE", answer.body
    assert codes(await walked.send("VerifyService", trial_event_id=trial)) == {"trial_event_id": "S-GUARD"}
    assert await accepted(walked, "VerifyService", trial_event_id=trained) == "VERIFIED"


async def test_a_specialist_records_a_training_from_afar() -> None:
    walked = await (await walk(**TRAINING)).before("RequestOnsite")
    asked = {"question": "参数", "departments": ["TECH"], "needed_by": at(4)}
    await walked.has_recorded("ConsultationRequested", asked)
    walked.until(27)
    assert codes(await walked.send("RecordTraining", by="technician")) == {"": "A-ROLE"}
    assert await accepted(walked, "RecordTraining", by="specialist") == "DIAGNOSING"


@pytest.mark.proves("B-24")
async def test_work_without_making_safe_says_why() -> None:
    walked = await (await walk()).before("PerformWork")
    check = {"loto": False, "energy_zero": True, "secured": True}
    assert codes(await walked.send("PerformWork", safety_check=check)) == {"safety_check.reason": "S-GUARD"}
    await accepted(walked, "PerformWork", safety_check={**check, "reason": "试模须通电，专人监护"})
    stored_event = decode((await walked.desk.events(walked.case_id))[-1])
    assert stored_event.safety_check.loto is False
