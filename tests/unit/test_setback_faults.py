"""What dispatch refuses beside the normal visit: one fault a row, with the exact fields and codes."""

from typing import Any

import pytest

from tests.support.desk import codes
from tests.support.samples import at
from tests.support.setbacks import PHOTO, stored, transport
from tests.support.visit import STRANGE_ID, items, signature
from tests.support.walking import RETURN, returning, walk

MISSING_FILE = f"sha256:{'e' * 64}"
ROWS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("ApproveOnsite", {"agreed_until": at(200)}, {"agreed_until": "V-FMT"}),
    ("WithdrawOnsite", {"reason": "BORED", "note": None}, {"reason": "V-ENUM", "note": "V-REQ"}),
    ("WithdrawOnsite", {"customer_informed_at": at(-1)}, {"customer_informed_at": "V-TIME"}),
    ("WithdrawOnsite", {"customer_informed_at": at(2)}, {"customer_informed_at": "V-TIME"}),
    ("RescheduleVisit", {"reason": None}, {"reason": "V-REQ"}),
    ("RescheduleVisit", {"new_visit_at": at(3)}, {"new_visit_at": "V-TIME"}),
    ("PrepareService", transport(), dict.fromkeys(transport(), "V-FMT")),
    ("PrepareService", {"items": [], "technicians": []}, {"items": "V-REQ", "technicians": "V-REQ"}),
    ("ReceiveMould", {}, {"": "S-GUARD"}),
    ("AbortVisit", {"permission_by": None}, {"permission_by": "V-REQ"}),
    ("AbortVisit", {"permission_refused_reason": "无人在场"}, {"permission_refused_reason": "V-FMT"}),
    ("AbortVisit", {"reason": "TIRED", "next_step": None}, {"reason": "V-ENUM", "next_step": "V-REQ"}),
    ("AbortVisit", {"at": at(19)}, {"at": "V-TIME"}),
    ("ReturnMould", {}, {"": "S-GUARD"}),
    ("RecordTraining", {}, {"": "S-GUARD"}),
    ("RecordTraining", {"participants": [], "topics": []}, {"participants": "V-REQ", "topics": "V-REQ"}),
    ("RecordTraining", {"ended_at": at(25.5)}, {"ended_at": "V-TIME"}),
    ("RecordTraining", {"ended_at": at(29)}, {"at": "V-TIME", "ended_at": "V-TIME"}),
    ("RecordTraining", {"trainer": "nobody-here"}, {"trainer": "V-REF"}),
    ("RecordTraining", {"trainer": "customer"}, {"trainer": "V-REF"}),
    ("RecordTraining", {"signed_list_ref": MISSING_FILE}, {"signed_list_ref": "V-FILE"}),
    ("RefuseSignature", {"witness": None}, {"witness": "V-REQ"}),
    ("RefuseSignature", {"at": at(25)}, {"at": "V-TIME"}),
    ("VerifyService", {"unsigned": True}, {"unsigned": "A-ROLE"}),
    ("VerifyService", {"accepts_effect": None}, {"accepts_effect": "V-REQ"}),
    ("VerifyService", {"reason": "无"}, {"reason": "V-FMT"}),
    ("DeclineEvaluation", {"reason": None}, {"reason": "V-REQ"}),
    ("DeclineEvaluation", {"requests": 3}, {"requests": "V-FMT"}),
    ("ReserveSpares", {"parts": []}, {"parts": "V-REQ"}),
    ("ReserveSpares", {"parts": [stored(), stored()]}, {"parts[1].part_no": "V-DUP"}),
    ("ReserveSpares", {"parts": [stored(0)]}, {"parts[0].qty": "V-RANGE"}),
    ("ReserveSpares", {"parts": [stored(0.5)]}, {"parts[0].qty": "V-RANGE"}),
    ("IssueSpares", {"to_person": "customer"}, {"to_person": "V-REF"}),
    ("IssueSpares", {}, {"parts[0].qty": "S-GUARD"}),
    ("ReturnSpares", {}, {"parts[0].qty": "S-GUARD"}),
    ("ReturnSpares", {"condition": "LOST"}, {"condition": "V-ENUM"}),
]
RETURN_ROWS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("ApproveOnsite", {"agreed_until": None}, {"agreed_until": "V-REQ"}),
    ("ApproveOnsite", {"agreed_until": at(0.3)}, {"agreed_until": "V-TIME"}),
    ("PrepareService", dict.fromkeys(transport()), dict.fromkeys(transport(), "V-REQ")),
    (
        "PrepareService",
        {"items": items(), "technicians": ["technician"]},
        {"items": "V-FMT", "technicians": "V-FMT"},
    ),
    ("PrepareService", {"transport": {"carrier": "顺达物流"}}, {"transport.pickup_at": "V-REQ"}),
    (
        "PrepareService",
        {"transport": {"carrier": "顺达物流", "pickup_at": at(0)}},
        {"transport.pickup_at": "V-TIME"},
    ),
    ("PrepareService", {"photos_out": [PHOTO, PHOTO]}, {"photos_out[1]": "V-DUP"}),
    ("PrepareService", {"photos_out": [MISSING_FILE]}, {"photos_out[0]": "V-FILE"}),
    ("ReceiveMould", {"photos": []}, {"photos": "V-REQ"}),
    ("ReceiveMould", {"received_at": at(0.2)}, {"received_at": "V-TIME"}),
    ("ReceiveMould", {"packing_list_ok": False}, {"damage": "S-GUARD"}),
    ("ReturnMould", {"shipped_at": at(18)}, {"shipped_at": "V-TIME"}),
    ("ReturnMould", {"received_at": at(27)}, {"received_at": "V-TIME"}),
    ("VerifyService", {"trial_event_id": STRANGE_ID}, {"trial_event_id": "V-REF"}),
    ("VerifyService", {"signature": signature(20)}, {"signature.signed_at": "V-TIME"}),
]


@pytest.mark.parametrize(
    ("command", "changes", "told"), ROWS, ids=lambda value: value if isinstance(value, str) else ""
)
@pytest.mark.proves("B-10", "B-22", "B-23", "B-32")
async def test_a_fault_is_named_and_nothing_is_recorded(
    command: str, changes: dict[str, Any], told: dict[str, str]
) -> None:
    walked = await (await walk()).before(command)
    before = await walked.desk.store.last()
    answer = await walked.send(command, **changes)
    assert codes(answer) == told, answer.body
    assert await walked.desk.store.last() == before


@pytest.mark.parametrize(
    ("command", "changes", "told"), RETURN_ROWS, ids=lambda value: value if isinstance(value, str) else ""
)
@pytest.mark.proves("B-07", "B-22")
async def test_a_fault_of_a_return_is_named_and_nothing_is_recorded(
    command: str, changes: dict[str, Any], told: dict[str, str]
) -> None:
    walked = await returning(command)
    before = await walked.desk.store.last()
    answer = await walked.send(command, **{**RETURN[command], **changes})
    assert codes(answer) == told, answer.body
    assert await walked.desk.store.last() == before
