"""The register of channels, what customers are told of it, and the life of a mould at the customer's."""

from typing import Any

import pytest

from tests.support import samples
from tests.support.desk import Desk, codes
from tests.support.samples import at

CHANNEL = {
    "channel": "HOTLINE",
    "address": "+86 574 5550 1000",
    "service_hours": "周一至周六 08:00-20:00",
    "owner": "specialist",
    "backup_owner": "supervisor",
}


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    await made.open()
    return made


async def channel(desk: Desk) -> str:
    answer = await desk.send("RegisterChannel", CHANNEL, by="admin")
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


async def customer(desk: Desk, **changes: Any) -> str:
    return str((await desk.send("RegisterCustomer", samples.customer(**changes))).body["id"])


@pytest.mark.proves("R-2.1.1-d")
async def test_a_channel_is_registered_revised_and_found_down_with_a_substitute(desk: Desk) -> None:
    channel_id = await channel(desk)
    change = {"fields": {"address": "+86 574 5550 1001"}, "reason": "换号"}
    assert (await desk.send("ReviseChannel", change, to=channel_id, by="supervisor")).status == 201
    last = (await desk.events(channel_id, "channel"))[-1]
    assert b'"previous":{"address":"+86 574 5550 1000"}' in bytes(last.raw)
    down = {"status": "DOWN", "checked_at": at(0)}
    assert codes(await desk.send("SetChannelStatus", down, to=channel_id, by="system")) == {"substitute": "V-REQ"}
    answer = await desk.send("SetChannelStatus", down | {"substitute": "微信"}, to=channel_id, by="system")
    assert (answer.status, answer.body["state"]) == (201, "DOWN")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"backup_owner": "specialist"}, {"backup_owner": "V-RANGE"}),
        ({"owner": None}, {"owner": "V-REQ"}),
        ({"channel": "FAX"}, {"channel": "V-ENUM"}),
        ({"owner": "nobody"}, {"owner": "V-REF"}),
    ],
)
@pytest.mark.proves("R-2.1.1-d")
async def test_a_fault_of_a_channel_is_named(desk: Desk, changes: dict[str, Any], told: dict[str, str]) -> None:
    body = {name: value for name, value in {**CHANNEL, **changes}.items() if value is not None}
    assert codes(await desk.send("RegisterChannel", body, by="supervisor")) == told


async def test_a_revision_changes_something_and_keeps_two_owners(desk: Desk) -> None:
    channel_id = await channel(desk)
    nothing = await desk.send("ReviseChannel", {"fields": {}, "reason": "无"}, to=channel_id, by="supervisor")
    assert "fields" in codes(nothing)
    one = await desk.send(
        "ReviseChannel", {"fields": {"owner": "supervisor"}, "reason": "换人"}, to=channel_id, by="supervisor"
    )
    assert codes(one) == {"fields.backup_owner": "V-RANGE"}


def notice(customer_id: str, **changes: Any) -> dict[str, Any]:
    body = {"notice_id": "N-1", "customer_id": customer_id, "channels_version": 1, "medium": "EMAIL"}
    return {**body, "sent_at": at(0), **changes}


@pytest.mark.proves("R-2.1.1-e")
async def test_a_customer_is_served_after_being_told_how_to_reach_us(desk: Desk) -> None:
    channel_id, customer_id = await channel(desk), await customer(desk)
    start = {"channel_id": channel_id, "notice_id": "N-1", "started_on": "2026-11-23"}
    assert codes(await desk.send("StartService", start, to=customer_id)) == {"notice_id": "S-GUARD"}
    assert (await desk.send("SendChannelNotice", notice(customer_id), to=channel_id)).status == 201
    assert (await desk.send("StartService", start, to=customer_id)).status == 201
    assert (await desk.send("StartService", start, to=customer_id)).body["code"] == "S-GUARD"


async def test_a_notice_tells_of_the_channel_as_it_is_once(desk: Desk) -> None:
    channel_id, customer_id = await channel(desk), await customer(desk)
    stale = await desk.send("SendChannelNotice", notice(customer_id, channels_version=2), to=channel_id)
    assert (stale.status, codes(stale)) == (409, {"channels_version": "C-VER"})
    unknown = await desk.send("SendChannelNotice", notice("none-00000"), to=channel_id)
    assert codes(unknown) == {"customer_id": "V-REF"}
    await desk.send("SendChannelNotice", notice(customer_id), to=channel_id)
    again = await desk.send("SendChannelNotice", notice(customer_id), to=channel_id)
    assert codes(again) == {"notice_id": "V-DUP"}


async def mould(desk: Desk) -> tuple[str, str]:
    """A mould and its customer."""
    customer_id = await customer(desk)
    answer = await desk.send("RegisterMould", samples.mould(customer_id))
    assert answer.status == 201, answer.body
    return str(answer.body["id"]), customer_id


async def test_a_counter_runs_forward_or_was_reset(desk: Desk) -> None:
    mould_id, _ = await mould(desk)
    reading = {"shots": 182000, "read_at": at(0), "estimated": False}
    assert (await desk.send("ReportShots", reading, to=mould_id, by="technician")).status == 201
    less = await desk.send("ReportShots", reading | {"shots": 5}, to=mould_id)
    assert codes(less) == {"shots": "V-RANGE"}
    assert (await desk.send("ReportShots", reading | {"shots": 5, "counter_reset": True}, to=mould_id)).status == 201
    ahead = await desk.send("ReportShots", reading | {"read_at": at(9)}, to=mould_id)
    assert codes(ahead)["read_at"] == "V-TIME"


async def test_a_mould_moves_to_a_site_that_exists_and_ends_once(desk: Desk) -> None:
    mould_id, customer_id = await mould(desk)
    assert codes(await desk.send("MoveMould", {}, to=mould_id)) == {"to_site": "V-REQ"}
    assert codes(await desk.send("MoveMould", {"to_site": "月球"}, to=mould_id)) == {"to_site": "V-REF"}
    other = await customer(desk, customer_no="C-2002")
    assert (await desk.send("MoveMould", {"to_customer_id": other}, to=mould_id)).status == 201
    state = (await desk.aggregates.refresh(f"evt.mould.{mould_id}")).state
    assert (state.registered.customer_id, other != customer_id) == (other, True)
    assert (await desk.send("ScrapMould", {"reason": "寿命已到"}, to=mould_id)).status == 201
    assert (await desk.send("ScrapMould", {"reason": "再报废"}, to=mould_id)).body["code"] == "S-STATE"
    late = await desk.send("ReportShots", {"shots": 1, "read_at": at(0), "estimated": True}, to=mould_id)
    assert late.body["code"] == "S-STATE"
