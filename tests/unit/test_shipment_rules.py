"""Spare parts that the customer fits: when they are sent, and what arrived."""

from typing import Any

import pytest

from tests.support import samples, visit
from tests.support.desk import codes
from tests.support.walking import Walk, walk


def shipment(**changes: Any) -> dict[str, Any]:
    """Two ejector pins by courier."""
    part = {"part_no": "EP-6", "model": "SKD61", "name": "顶针", "qty": 2, "unit": "件"}
    body = {
        "parts": [part],
        "carrier": "顺丰速运",
        "tracking_no": "SF100",
        "shipped_at": samples.at(1),
        "charge": "FREE",
    }
    return {**body, **changes}


def arrival(**changes: Any) -> dict[str, Any]:
    """Everything is there the next day."""
    body = {"received_at": samples.at(20), "complete": True}
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


async def worn(**changes: Any) -> Walk:
    """A classified case about a wear part."""
    fields = {"problem_type": "WEAR_PART", "urgency": "NORMAL", "urgency_basis": ["QUALITY"], **changes}
    walked = await (await walk()).after("Classify", Classify=fields)
    walked.until(1)
    return walked


async def sent() -> Walk:
    """With parts under way."""
    walked = await worn()
    answer = await walked.desk.send("ShipSpare", shipment(), to=walked.case_id)
    assert (answer.status, answer.body["state"]) == (201, "DIAGNOSING"), answer.body
    walked.until(20)
    return walked


@pytest.mark.proves("B-10")
async def test_wear_parts_go_to_the_customer_who_says_that_they_came() -> None:
    walked = await sent()
    answer = await walked.desk.send("ReceiveSpare", arrival(), to=walked.case_id, by="customer")
    assert (answer.status, answer.body["state"]) == (201, "DIAGNOSING")
    (found,) = (await walked.state()).triage.shipments
    assert found.received_at is not None
    again = await walked.desk.send("ReceiveSpare", arrival(), to=walked.case_id)
    assert codes(again) == {"shipped_event_id": "S-GUARD"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"parts": []}, {"parts": "V-REQ"}),
        (
            {"parts": [{"part_no": "EP-6", "model": "S", "name": "顶针", "qty": 1.5, "unit": "件"}]},
            {"parts[0].qty": "V-RANGE"},
        ),
        ({"shipped_at": samples.at(9)}, {"at": "V-TIME", "shipped_at": "V-TIME"}),
        ({"charge": "FULL"}, {"charge": "S-GUARD"}),
        ({"tracking_no": ""}, {"tracking_no": "V-REQ"}),
    ],
)
async def test_a_fault_of_a_shipment_is_named(changes: dict[str, Any], told: dict[str, str]) -> None:
    walked = await worn()
    assert codes(await walked.desk.send("ShipSpare", shipment(**changes), to=walked.case_id)) == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"complete": False}, {"difference": "V-REQ"}),
        ({"difference": "少一件"}, {"difference": "V-FMT"}),
        ({"received_at": samples.at(0.5)}, {"received_at": "V-TIME"}),
        ({"shipped_event_id": visit.STRANGE_ID}, {"shipped_event_id": "V-REF"}),
    ],
)
async def test_a_fault_of_an_arrival_is_named(changes: dict[str, Any], told: dict[str, str]) -> None:
    walked = await sent()
    assert codes(await walked.desk.send("ReceiveSpare", arrival(**changes), to=walked.case_id)) == told


async def test_parts_are_sent_where_they_are_the_way_only() -> None:
    walked = await worn(problem_type="FUNCTIONAL")
    assert (await walked.desk.send("ShipSpare", shipment(), to=walked.case_id)).body["code"] == "S-GUARD"


async def test_an_urgent_case_is_answered_before_parts_are_sent() -> None:
    walked = await worn(urgency="URGENT")
    assert (await walked.desk.send("ShipSpare", shipment(), to=walked.case_id)).body["code"] == "S-GUARD"
