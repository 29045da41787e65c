"""Cases that end without service, and come back: merged, transferred, cancelled; and what nobody knows is waived."""

from typing import Any

import msgspec
import pytest

from services.intake.policies import absorb, release
from shared.events.catalogue import decode
from shared.reactors.policy import Consequence
from shared.store.order import Known
from tests.support.desk import Desk, codes
from tests.support.past import happened, triaged
from tests.support.samples import UNKNOWN, at, classification

EVIDENCE = "sha256:" + "e" * 64


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    await made.open()
    made.evidence.keep(EVIDENCE)
    return made


async def pair(desk: Desk, **changes: Any) -> tuple[str, str]:
    """A case from the hotline, and one that sales relayed two hours before it was heard."""
    master = await desk.register(received_at=at(0))
    relay = {"channel": "SALES_RELAY", "relayed_by": "sales", "relay_received_at": at(-2)}
    return master, await desk.register(**{**relay, "received_at": at(-1), "fault_at": at(-3), **changes})


def merging(master: str, **changes: Any) -> dict[str, Any]:
    return {"master_case_id": master, "same_reason": "同一模具同一飞边", **changes}


async def reactions(desk: Desk, case_id: str, policy: Any) -> list[Consequence]:
    last = (await desk.events(case_id))[-1]
    state = (await desk.aggregates.refresh(f"evt.case.{case_id}")).state
    return list(policy(last, decode(last), state, Known()))


async def sent_on(desk: Desk, wanted: list[Consequence]) -> None:
    """Send what follows as our machinery does: sealed texts are opened on the way."""
    for one in wanted:
        body = await desk.people.open_body(msgspec.json.encode(one.body))
        answer = await desk.send(one.command, body, to=one.aggregate_id, by="system", command_id=one.command_id)
        assert answer.status == 201, answer.body


@pytest.mark.proves("B-33")
async def test_a_merged_case_gives_its_reporter_and_its_earlier_time_to_the_master(desk: Desk) -> None:
    master, other = await pair(desk)
    answer = await desk.send("MarkDuplicate", merging(master), to=other)
    assert (answer.status, answer.body["state"]) == (201, "MERGED")
    wanted = await reactions(desk, other, absorb)
    assert [(one.command, one.aggregate_id) for one in wanted] == [("AbsorbDuplicate", master)]
    assert wanted[0].body["reporter"]["name"].startswith("sealed:")
    await sent_on(desk, wanted)
    (taken,) = (await desk.aggregates.refresh(f"evt.case.{master}")).state.intake.absorbed
    assert (taken.case_id, taken.channel, taken.relay_received_at is not None) == (other, "SALES_RELAY", True)
    stored = (await desk.stored(master, -1))["reporter"]
    assert stored["name"].startswith("sealed:")
    assert stored["person_id"]


async def test_a_case_that_was_no_duplicate_goes_on_and_leaves_its_master(desk: Desk) -> None:
    master, other = await pair(desk)
    await desk.send("MarkDuplicate", merging(master), to=other)
    await sent_on(desk, await reactions(desk, other, absorb))
    answer = await desk.send("UnmarkDuplicate", {"reason": "另一处飞边"}, to=other, by="supervisor")
    assert (answer.status, answer.body["state"]) == (201, "RECEIVED")
    await sent_on(desk, await reactions(desk, other, release))
    assert (await desk.aggregates.refresh(f"evt.case.{master}")).state.intake.absorbed == ()


async def test_merging_is_refused_where_it_makes_no_sense(desk: Desk) -> None:
    master, other = await pair(desk)
    elsewhere = await desk.register(mould_no="M-9999", mould_model="X")
    assert codes(await desk.send("MarkDuplicate", merging(other), to=other)) == {"master_case_id": "V-REF"}
    assert codes(await desk.send("MarkDuplicate", merging("zzzz-zzzzz"), to=other)) == {"master_case_id": "V-REF"}
    assert codes(await desk.send("MarkDuplicate", merging(elsewhere), to=other)) == {"master_case_id": "S-GUARD"}
    await desk.send("MarkDuplicate", merging(master), to=other)
    third = await desk.register()
    assert codes(await desk.send("MarkDuplicate", merging(other), to=third)) == {"master_case_id": "S-GUARD"}
    assert (await desk.send("MarkDuplicate", merging(third), to=other)).body["code"] == "S-STATE"
    assert (await desk.send("UnmarkDuplicate", {"reason": "误并"}, to=other)).body["code"] == "A-ROLE"


@pytest.mark.proves("R-1.2-b")
async def test_a_matter_of_another_department_goes_there_and_may_come_back(desk: Desk) -> None:
    case_id = await desk.register()
    body = {"to": "技术部", "kind": "OTHER_DEPT", "customer_informed_at": at(0)}
    early = await desk.send("TransferCase", body | {"customer_informed_at": at(3)}, to=case_id)
    assert codes(early) == {"customer_informed_at": "V-TIME"}
    assert (await desk.send("TransferCase", body, to=case_id)).body["state"] == "TRANSFERRED"
    assert (await desk.send("ReturnTransfer", {"reason": "属售后"}, to=case_id)).body["code"] == "A-ROLE"
    back = await desk.send("ReturnTransfer", {"reason": "属售后"}, to=case_id, by="quality")
    assert (back.status, back.body["state"]) == (201, "RECEIVED")


@pytest.mark.parametrize(
    ("body", "by", "status"),
    [
        ({"reason": "CUSTOMER_WITHDREW", "evidence_ref": EVIDENCE}, "specialist", 201),
        ({"reason": "CUSTOMER_WITHDREW"}, "supervisor", 422),
        ({"reason": "OTHER"}, "specialist", 422),
        ({"reason": "OTHER"}, "supervisor", 201),
        ({"reason": "TEST", "evidence_ref": EVIDENCE}, "specialist", 403),
        ({"reason": "SPAM"}, "supervisor", 201),
        ({"reason": "BORED"}, "supervisor", 422),
        ({"reason": "SPAM"}, "technician", 403),
    ],
)
async def test_who_cancels_what_with_which_proof(desk: Desk, body: dict[str, Any], by: str, status: int) -> None:
    case_id = await desk.register()
    answer = await desk.send("CancelCase", body, to=case_id, by=by)
    assert answer.status == status
    if status == 201:
        assert answer.body["state"] == "CANCELLED"


@pytest.mark.proves("R-2.1.2-b")
async def test_a_supervisor_lets_a_case_go_on_whose_model_and_order_nobody_knows(desk: Desk) -> None:
    case_id = await desk.register(mould_model=UNKNOWN, order_no=UNKNOWN, info_due_at=at(24))
    waiver = {"fields": ["mould_model", "order_no"], "reason": "铭牌磨损"}
    assert (await desk.send("Classify", classification(), to=case_id)).body["code"] == "S-GUARD"
    assert (await desk.send("WaiveInformation", waiver, to=case_id)).body["code"] == "A-ROLE"
    wrong = await desk.send("WaiveInformation", waiver | {"fields": ["mood"]}, to=case_id, by="supervisor")
    assert codes(wrong) == {"fields[0]": "V-ENUM"}
    assert (await desk.send("WaiveInformation", waiver, to=case_id, by="supervisor")).status == 201
    assert (await desk.send("Classify", classification(), to=case_id)).status == 201


async def test_what_is_known_is_not_waived(desk: Desk) -> None:
    case_id = await desk.register()
    body = {"fields": ["order_no"], "reason": "无须补充"}
    answer = await desk.send("WaiveInformation", body, to=case_id, by="supervisor")
    assert codes(answer) == {"fields[0]": "S-GUARD", "fields": "S-GUARD"}


async def test_a_case_under_work_is_not_merged_or_transferred(desk: Desk) -> None:
    master, other = await pair(desk)
    await happened(
        desk,
        other,
        triaged(),
        (
            "OnsiteRequested",
            {
                "reason": "SAFETY_RISK",
                "justification": "危险",
                "expected_days": 1,
                "people_needed": 1,
                "service_mode": "ONSITE",
            },
        ),
    )
    assert (await desk.send("MarkDuplicate", merging(master), to=other)).body["code"] == "S-STATE"
