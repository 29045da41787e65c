"""What intake accepts, refuses and never does twice."""

import asyncio
from uuid import uuid4

import pytest

from shared.store.identifiers import id_of_number
from tests.support import samples
from tests.support.desk import Desk, codes
from tests.support.samples import UNKNOWN, at, report


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


@pytest.mark.proves("R-1.2-a", "R-2.1.1-a", "R-2.1.2-a")
async def test_a_complete_report_opens_a_case_with_the_versions_of_the_rules_in_force(desk: Desk) -> None:
    answer = await desk.send("RegisterFeedback", report())
    assert answer.status == 201, answer.body
    assert answer.body["state"] == "RECEIVED"
    assert answer.body["version"] == 1
    assert answer.body["case_id"] == answer.body["id"]
    [recorded] = await desk.events(answer.body["id"])
    case = (await desk.aggregates.get(recorded.subject)).state
    assert case.intake.report.policy_version == 1
    assert case.intake.report.vocabulary_version == 1
    assert recorded.meta.actor == "specialist"
    assert recorded.meta.actor_role == "SPECIALIST"
    assert set(recorded.meta.seen) == {"policy.standard", "policy.fault-code", "staff.specialist"}


@pytest.mark.proves("B-26")
async def test_what_is_stored_holds_no_clear_text_of_the_customers_person(desk: Desk) -> None:
    case_id = await desk.register()
    [recorded] = await desk.events(case_id)
    stored = recorded.payload.decode()
    for clear in ("张伟", "8765", "飞边", "声音很急"):
        assert clear not in stored
    assert "宁波海天塑料制品有限公司" in stored


async def test_the_same_command_twice_gives_one_event_and_the_first_answer(desk: Desk) -> None:
    key = str(uuid4())
    first = await desk.send("RegisterFeedback", report(), command_id=key)
    desk.restart()
    second = await desk.send("RegisterFeedback", report(), command_id=key.upper())
    assert (first.status, second.status) == (201, 200)
    assert first.body == second.body
    assert await desk.store.last() == first.body["sequence"]


async def test_the_same_key_with_another_body_is_refused(desk: Desk) -> None:
    key = str(uuid4())
    await desk.send("RegisterFeedback", report(), command_id=key)
    answer = await desk.send("RegisterFeedback", report(press="海天 450T"), command_id=key)
    assert (answer.status, answer.body["code"]) == (422, "V-KEY")


async def test_a_refusal_is_not_remembered(desk: Desk) -> None:
    key = str(uuid4())
    assert (await desk.send("RegisterFeedback", report(channel=None), command_id=key)).status == 422
    assert (await desk.send("RegisterFeedback", report(), command_id=key)).status == 201


@pytest.mark.proves("R-2.1.2-a")
async def test_all_failing_fields_are_named_at_once_with_both_languages(desk: Desk) -> None:
    body = report(
        channel="PIGEON", contact_name=None, contact_phone=None, problem_description="短", fault_at="gestern", extra=1
    )
    answer = await desk.send("RegisterFeedback", body)
    assert answer.status == 422
    assert codes(answer) == {
        "channel": "V-ENUM",
        "contact_name": "V-REQ",
        "contact_phone": "V-REQ",
        "problem_description": "V-FMT",
        "fault_at": "V-FMT",
        "extra": "V-FMT",
    }
    message = next(error["message"] for error in answer.body["errors"] if error["field"] == "contact_name")
    assert "必填" in message
    assert "is required" in message


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"fault_at": at(1)}, "fault_at", "V-TIME"),
        ({"received_at": at(2)}, "received_at", "V-TIME"),
        ({"contact_phone": "12"}, "contact_phone", "V-FMT"),
        ({"mould_no": "不详"}, "mould_no", "V-FMT"),
        ({"mould_no": UNKNOWN}, "info_due_at", "V-REQ"),
        ({"contact_name": UNKNOWN, "info_due_at": at(5)}, "contact_name", "V-REQ"),
        ({"channel": "LETTER"}, "letter_no", "V-REQ"),
        ({"letter_no": "L-1"}, "letter_no", "V-FMT"),
        ({"channel": "SALES_RELAY", "relayed_by": "sales", "relay_received_at": at(0)}, "relay_received_at", "V-TIME"),
        ({"customer_id": "0000-00000"}, "customer_id", "V-REF"),
        ({"attachments": [{"file_ref": "sha256:" + "0" * 64, "name": "a.jpg"}]}, "attachments[0].file_ref", "V-FILE"),
        ({"raw_content_ref": "raw:7"}, "raw_content_ref", "V-REF"),
        ({"shots_at_fault": -1}, "shots_at_fault", "V-RANGE"),
        ({"shots_at_fault": 1.5}, "shots_at_fault", "V-FMT"),
        ({"safety_risk": "no"}, "safety_risk", "V-FMT"),
        ({"problem_description": "有\u0000字符的描述"}, "problem_description", "V-FMT"),
        ({"case_kind": "COMPLAINT"}, "complained_about", "V-REQ"),
        ({"contact_id": "x"}, "contact_id", "V-FMT"),
        ({"policy_version": 9}, "policy_version", "V-FMT"),
        ({"import_batch": "b-1"}, "import_batch", "V-FMT"),
        ({"on_behalf_of": "nobody"}, "on_behalf_of", "V-REF"),
        ({"at": at(1)}, "at", "V-TIME"),
    ],
)
@pytest.mark.proves("R-2.1.1-a", "R-2.1.1-b", "R-2.1.1-c", "R-2.1.2-b")
async def test_a_fault_is_named_with_its_code_and_nothing_is_appended(
    desk: Desk, changes: dict[str, object], field: str, code: str
) -> None:
    before = await desk.store.last()
    answer = await desk.send("RegisterFeedback", report(**changes))
    assert answer.status == 422, answer.body
    assert codes(answer).get(field) == code, answer.body
    assert await desk.store.last() == before
    assert (await desk.send("RegisterFeedback", report())).status == 201


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "H-400"),
        (b'{"a": NaN}', 400, "H-400"),
        (b"\xff\xfe", 400, "H-400"),
        (b"[1]", 422, "V-FMT"),
        (b'{"shots_at_fault": 1e999}', 422, "V-REQ"),
        (b'{"press": "\\ud800"}', 422, "V-REQ"),
        (b"[" * 100_000, 400, "H-400"),
    ],
)
async def test_a_body_that_is_no_command_is_refused(desk: Desk, body: bytes, status: int, code: str) -> None:
    answer = await desk.send("RegisterFeedback", body)
    assert (answer.status, answer.body["code"]) == (status, code)


@pytest.mark.proves("B-28")
async def test_a_report_of_two_days_ago_needs_a_reason_and_of_four_days_a_supervisor(desk: Desk) -> None:
    old = report(received_at=at(-48), fault_at=at(-50))
    assert codes(await desk.send("RegisterFeedback", old)) == {"late_reason": "V-TIME"}
    assert (await desk.send("RegisterFeedback", {**old, "late_reason": "周末漏录"})).status == 201
    older = report(received_at=at(-96), fault_at=at(-97), late_reason="漏录")
    assert codes(await desk.send("RegisterFeedback", older)) == {"at": "V-TIME"}
    assert (await desk.send("RegisterFeedback", older, by="supervisor")).status == 201


@pytest.mark.parametrize("by", ["engineer", "auditor", "admin"])
async def test_roles_that_may_not_register_are_told_which_may(desk: Desk, by: str) -> None:
    answer = await desk.send("RegisterFeedback", report(channel="PIGEON"), by=by)
    assert (answer.status, answer.body["code"]) == (403, "A-ROLE")


async def test_a_technician_registers_what_was_said_on_site_only(desk: Desk) -> None:
    assert (await desk.send("RegisterFeedback", report(), by="technician")).body["code"] == "A-ROLE"
    assert (await desk.send("RegisterFeedback", report(channel="VERBAL"), by="technician")).status == 201


async def test_a_forged_or_expired_actor_is_not_signed_in(desk: Desk) -> None:
    good = desk.signer.sign("specialist", desk.clock.now())
    assert (await desk.send("RegisterFeedback", report(), token="forged")).status == 401
    assert (await desk.send("RegisterFeedback", report(), token=good[:-4] + "AAAA")).status == 401
    desk.later(minutes=6)
    assert (await desk.send("RegisterFeedback", report(), token=good)).status == 401
    assert (await desk.send("RegisterFeedback", report(), by="nobody")).status == 401


async def test_unknown_command_and_unknown_case_come_before_the_body(desk: Desk) -> None:
    assert (await desk.send("FlyToMoon", b"{")).status == 404
    assert (await desk.send("AcknowledgeCase", b"{", to="0000-00000")).status == 404
    case_id = await desk.register()
    assert (await desk.send("AcknowledgeCase", b"{", to=case_id)).status == 400
    assert (await desk.send("AcknowledgeCase", b"", to=case_id, body_fault=413)).status == 413


@pytest.mark.proves("R-2.1.2-b")
async def test_only_what_is_unknown_can_be_supplied_and_only_once(desk: Desk) -> None:
    case_id = await desk.register(mould_spec=UNKNOWN, info_due_at=at(5))
    body = {"fields": {"mould_spec": "4 腔", "order_no": "SO-9"}, "source": "客户回电"}
    answer = await desk.send("SupplementInfo", body, to=case_id)
    assert (answer.status, codes(answer)) == (409, {"fields.order_no": "S-GUARD"})
    good = {"fields": {"mould_spec": "4 腔"}, "source": "客户回电"}
    assert (await desk.send("SupplementInfo", good, to=case_id)).status == 201
    assert (await desk.send("SupplementInfo", good, to=case_id)).status == 409
    assert (await desk.send("SupplementInfo", {"fields": {}, "source": "电话"}, to=case_id)).status == 422


@pytest.mark.proves("R-2.1.2-d")
async def test_a_first_response_is_recorded_once_a_cycle_and_never_before_the_report(desk: Desk) -> None:
    case_id = await desk.register()
    early = samples.acknowledgement(ack_at=at(-1))
    assert codes(await desk.send("AcknowledgeCase", early, to=case_id)) == {"ack_at": "V-TIME"}
    assert codes(await desk.send("AcknowledgeCase", samples.acknowledgement(auto=True), to=case_id)) == {
        "auto": "V-ENUM"
    }
    answer = await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)
    assert (answer.status, answer.body["state"], answer.body["version"]) == (201, "RECEIVED", 2)
    assert (await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)).body["code"] == "S-GUARD"


async def test_a_stale_version_is_refused_and_an_absent_one_is_decided_again(desk: Desk) -> None:
    case_id = await desk.register()
    await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)
    answer = await desk.send("Classify", samples.classification(), to=case_id, if_match='"1"')
    assert (answer.status, answer.body["code"]) == (409, "C-VER")
    assert (await desk.send("Classify", samples.classification(), to=case_id, if_match='"2"')).status == 201


async def test_a_customer_number_is_unique_however_it_is_written(desk: Desk) -> None:
    first = await desk.send("RegisterCustomer", samples.customer())
    again = await desk.send("RegisterCustomer", samples.customer(customer_no="ｃ-1001 "))
    assert first.status == 201, first.body
    assert codes(again) == {"customer_no": "V-DUP"}


async def test_a_mould_belongs_to_a_customer_that_exists(desk: Desk) -> None:
    assert codes(await desk.send("RegisterMould", samples.mould("0000-00000"))) == {"customer_id": "V-REF"}
    owner = (await desk.send("RegisterCustomer", samples.customer())).body["id"]
    assert (await desk.send("RegisterMould", samples.mould(owner))).status == 201


async def test_a_key_that_registered_one_customer_cannot_register_another_whoever_is_asked(desk: Desk) -> None:
    key, replica = str(uuid4()), Desk(desk.store)
    first = await desk.send("RegisterCustomer", samples.customer(), command_id=key)
    other = samples.customer(customer_no="C-2")
    for asked in (desk, replica):
        for _ in range(2):
            answer = await asked.send("RegisterCustomer", other, command_id=key)
            assert (answer.status, answer.body["code"]) == (422, "V-KEY")
            again = await asked.send("RegisterCustomer", samples.customer(), command_id=key)
            assert (again.status, again.body) == (200, first.body)
            asked.restart()
    assert await desk.types(id_of_number("C-2"), "customer") == []


async def test_two_numbers_at_once_under_one_key_open_one_customer(desk: Desk) -> None:
    key = str(uuid4())
    bodies = [samples.customer(customer_no=f"C-{number}") for number in range(8)]
    answers = await asyncio.gather(*(desk.send("RegisterCustomer", body, command_id=key) for body in bodies))
    assert sorted(answer.status for answer in answers) == [201, *[422] * 7]


async def test_a_key_whose_number_was_refused_may_come_again_under_another_number(desk: Desk) -> None:
    key = str(uuid4())
    await desk.send("RegisterCustomer", samples.customer())
    taken = await desk.send("RegisterCustomer", samples.customer(), command_id=key)
    assert codes(taken) == {"customer_no": "V-DUP"}
    assert (await desk.send("RegisterCustomer", samples.customer(customer_no="C-2"), command_id=key)).status == 201


async def test_a_key_belongs_to_what_it_was_sent_to(desk: Desk) -> None:
    key = str(uuid4())
    for case_id in (await desk.register(), await desk.register()):
        answer = await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id, command_id=key)
        assert answer.status == 201
