"""The registers over HTTP and on pages: channels, moulds, improvements and reports, with standing and history."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page

from tests.e2e.running import Up
from tests.e2e.speaking import Speaker, new_key, signed_in
from tests.e2e.walking import get


async def _send(speaker: Speaker, path: str, **body: Any) -> dict[str, Any]:
    answer = await speaker.send(path, json.dumps(body))
    assert answer.status_code == 201, (path, answer.text)
    told: dict[str, Any] = answer.json()
    return told


def _now() -> str:
    return datetime.now(UTC).isoformat()


async def test_a_channel_is_listed_with_its_state_and_its_history(specialist: Speaker, supervisor: Speaker) -> None:
    address = f"+86 574 {new_key()[:8]}"
    body = {"channel": "HOTLINE", "address": address, "service_hours": "08:00-20:00"}
    told = await _send(supervisor, "/channels", **body, owner="specialist", backup_owner="supervisor")
    path = f"/channels/{told['id']}"
    await _send(supervisor, f"{path}/revise-channel", fields={"service_hours": "07:00-22:00"}, reason="延长服务")
    last = await _send(
        supervisor, f"{path}/set-channel-status", status="DOWN", checked_at=_now(), substitute="企业微信"
    )
    row = await get(specialist, path, after=last["sequence"])
    assert (row["status"], row["substitute"], row["channels_version"]) == ("DOWN", "企业微信", 2)
    assert row["service_hours"] == "07:00-22:00"
    assert told["id"] in {one["aggregate_id"] for one in (await get(specialist, "/channels", limit=500))["items"]}
    events = (await get(specialist, f"{path}/events"))["items"]
    assert [one["type"] for one in events] == ["ChannelRegistered", "ChannelRevised", "ChannelStatusChanged"]
    assert events[1]["data"]["reason"] == "延长服务"
    untold = (await get(specialist, f"{path}/untold-customers", limit=500))["items"]
    everybody = (await get(specialist, "/customers", limit=500))["items"]
    assert {one["customer_id"] for one in untold} == {one["aggregate_id"] for one in everybody}


async def test_a_mould_and_a_customer_show_what_became_of_them(specialist: Speaker, supervisor: Speaker) -> None:
    one, other = (await get(specialist, "/customers"))["items"][:2]
    body = {
        "mould_no": f"M-{new_key()[:8]}",
        "mould_name": "盖板",
        "kind": "INJECTION",
        "model": "HT-1",
        "spec": "1 腔",
    }
    body |= {"customer_id": one["aggregate_id"], "order_no": "SO-1", "delivery_date": "2024-06-30"}
    mould = (await _send(specialist, "/moulds", **body))["id"]
    await _send(specialist, f"/moulds/{mould}/report-shots", shots=1200, read_at=_now(), estimated=True)
    moved = await _send(
        specialist,
        f"/moulds/{mould}/move-mould",
        to_customer_id=other["aggregate_id"],
        to_site=other["sites"][0],
    )
    row = await get(specialist, f"/moulds/{mould}", after=moved["sequence"])
    assert (row["shots"], row["shots_estimated"], row["is_scrapped"]) == (1200, True, False)
    assert (row["customer_id"], row["site"]) == (other["aggregate_id"], other["sites"][0])
    gone = await _send(specialist, f"/moulds/{mould}/scrap-mould", reason="客户停产")
    assert (await get(specialist, f"/moulds/{mould}", after=gone["sequence"]))["is_scrapped"] is True
    assert one["in_service_since"] is None
    channel = {"channel": "EMAIL", "address": new_key(), "service_hours": "24h", "owner": "specialist"}
    channel_id = (await _send(supervisor, "/channels", **channel, backup_owner="supervisor"))["id"]
    notice = {"notice_id": new_key()[:8], "channels_version": 1, "medium": "EMAIL", "sent_at": _now()}
    await _send(specialist, f"/channels/{channel_id}/send-channel-notice", **notice, customer_id=one["aggregate_id"])
    path = f"/customers/{one['aggregate_id']}"
    begun = {"channel_id": channel_id, "notice_id": notice["notice_id"], "started_on": "2026-11-01"}
    started = await _send(specialist, f"{path}/start-service", **begun)
    assert (await get(specialist, path, after=started["sequence"]))["in_service_since"] == "2026-11-01"


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        ("technician", "/channels", 403),
        ("customer", "/channels", 403),
        ("sales", "/channels", 200),
        ("admin", "/channels", 200),
        ("specialist", "/departments", 403),
        ("admin", "/departments", 200),
        ("quality", "/departments", 200),
        ("sales", "/improvements", 403),
        ("engineer", "/improvements", 200),
        ("quality", "/improvements", 200),
        ("specialist", "/reports", 403),
        ("analyst", "/reports", 200),
        ("quality", "/reports", 200),
        ("analyst", "/reports/0000-00000", 404),
        ("analyst", "/improvements/0000-00000/events", 404),
    ],
)
async def test_each_register_is_seen_by_its_roles(house: Up, user: str, path: str, status: int) -> None:
    async with signed_in(house.url, user) as speaker:
        assert (await speaker.get(path)).status_code == status
        if status == 200:
            assert (await speaker.client.get(path)).status_code == 200


async def test_a_channel_is_registered_and_tried_by_hand(page: Page) -> None:
    address = f"+86 574 {new_key()[:8]}"
    await page.click("header >> text=登记册")
    await page.click("header >> text=渠道")
    assert await page.locator("a.button:has-text('登记渠道')").count() == 0
    await page.click("text=退出")
    await page.fill("#user", "supervisor")
    await page.fill("#password", "only for the tests")
    await page.click("main button[type=submit]")
    await page.goto("/channels/register")
    await page.select_option("#channel", "HOTLINE")
    await page.fill("#address", address)
    await page.fill("#service_hours", "08:00-20:00")
    await page.select_option("#owner", "specialist")
    await page.select_option("#backup_owner", "supervisor")
    await page.click("p.buttons button[type=submit]")
    row = page.locator("tbody tr", has_text=address)
    await row.locator("a").click()
    assert address in await page.inner_text("h1")
    await page.click("section[aria-labelledby=actions-title] a >> nth=1")
    assert "/channels/" in page.url
    await page.select_option("#status", "OPEN")
    await page.click("p.buttons button[type=submit]")
    told = await page.inner_text("main")
    assert address in told, told
    assert await page.locator(".timeline li").count() == 2
