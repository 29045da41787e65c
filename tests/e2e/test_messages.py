"""Messages that wait for a person: over HTTP, on their page and on the command line."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page

from tests.e2e.running import Up, moldcare
from tests.e2e.speaking import Speaker, codes, signed_in


async def imported(house: Up, folder: Path, *messages: str) -> list[dict[str, Any]]:
    """The ends of these messages, each imported from a file of its own, in order."""
    for number, message in enumerate(messages):
        (folder / f"{number}.eml").write_text(message, encoding="utf-8")
    ran = await moldcare(house.data, "import", str(folder), "--format", "mail", "--json")
    found: list[dict[str, Any]] = ran.told["files"]
    return found


def reply() -> str:
    """An automatic reply that no other test has."""
    key = uuid4()
    return (
        f"From: 吴工 <wu-{key}@plant.example>\nSubject: 自动回复: 模具 {key}\nMessage-ID: <{key}@plant.example>\n"
        f"Date: Mon, 02 Nov 2026 09:15:20 +0800\nAuto-Submitted: auto-replied\n\n"
        f"我在休假。M-2031 滑块卡住，请联系车间。\n"
    )


def words() -> str:
    """No message at all, and no other like it."""
    return f"just words {uuid4()}\n"


async def listed(speaker: Speaker, position: int, **query: Any) -> dict[str, Any]:
    """One message as a list shows it; empty when it does not."""
    answer = await speaker.get("/messages", limit=500, **query)
    assert answer.status_code == 200, answer.text
    return next((one for one in answer.json()["items"] if one["position"] == position), {})


async def test_a_listed_message_is_shown_opened_and_as_it_came(house: Up, specialist: Speaker, tmp_path: Path) -> None:
    message = reply()
    (end,) = await imported(house, tmp_path, message)
    shown = await listed(specialist, end["sequence"])
    assert (shown["status"], shown["listing"], shown["sender_name"]) == ("listed", "automatic_reply", "吴工")
    assert shown["sender_address"].startswith("wu-")
    assert shown["subject"].startswith("自动回复: 模具")
    assert shown["received_at"] == "2026-11-02T01:15:20Z"
    raw = await specialist.get(f"/messages/{end['sequence']}/raw")
    assert raw.content.decode() == message
    assert raw.headers["content-disposition"] == f'attachment; filename="message-{end["sequence"]}.eml"'
    assert (await specialist.get("/messages/9223372036854775808/raw")).status_code == 404
    assert (await specialist.get("/messages/900000000/raw")).status_code == 404


async def test_lists_of_messages_come_in_pages_by_status(house: Up, specialist: Speaker, tmp_path: Path) -> None:
    ends = await imported(house, tmp_path, words(), words(), words())
    wanted = [end["sequence"] for end in reversed(ends)]
    found: list[int] = []
    cursor: dict[str, Any] = {}
    while not set(wanted) <= set(found):
        page = (await specialist.get("/messages", status="quarantined", limit=2, **cursor)).json()
        found += [one["position"] for one in page["items"]]
        assert {one["status"] for one in page["items"]} == {"quarantined"}
        cursor = {"cursor": page["next"]}
    assert found == sorted(set(found), reverse=True)
    assert codes(await specialist.get("/messages", status="blue", limit=0)) == {"status": "V-ENUM", "limit": "V-RANGE"}
    assert codes(await specialist.get("/messages", cursor="nonsense")) == {"cursor": "V-FMT"}


@pytest.mark.parametrize("user", ["engineer", "technician", "analyst", "customer", "admin"])
async def test_only_those_who_decide_see_messages(house: Up, user: str) -> None:
    async with signed_in(house.url, user) as speaker:
        for path in ("/messages", "/messages/1/raw"):
            answer = await speaker.get(path)
            assert (answer.status_code, codes(answer)) == (403, {"": "A-ROLE"})


async def test_a_person_registers_a_listed_message_from_its_page(
    house: Up, page: Page, specialist: Speaker, tmp_path: Path
) -> None:
    (end,) = await imported(house, tmp_path, reply())
    position = end["sequence"]
    await page.goto("/")
    await page.click("header nav a[href='/messages']")
    row = page.locator(f"#m{position}")
    assert "自动回复" in await row.inner_text()
    await row.locator("a[href^='/register']").click()
    filled = {name: await page.input_value(f"#{name}") for name in ("channel", "received_at", "contact_name")}
    assert filled == {"channel": "EMAIL", "received_at": "2026-11-02T09:15:20", "contact_name": "吴工"}
    assert await page.input_value("#raw_content_ref") == f"raw:{position}"
    assert (await page.input_value("#message_subject")).startswith("自动回复: 模具")
    assert await page.input_value("#problem_description") == "我在休假。M-2031 滑块卡住，请联系车间。"
    async with page.expect_navigation():
        await page.click("main form p.buttons button[type=submit]")
    assert "/cases/" in page.url, await page.inner_text("main")
    case_id, _, after = page.url.rpartition("/")[2].partition("?after=")
    assert await listed(specialist, position, after=after) == {}
    shown = await listed(specialist, position, status="registered")
    assert (shown["status"], shown["case_id"]) == ("listed", case_id)
    await page.goto(f"/messages?status=listed&after={after}")
    assert await page.inner_text(f"#m{position} a[href='/cases/{case_id}']") == case_id
    assert await page.locator(f"#m{position} button").count() == 0


async def test_a_message_is_set_aside_and_says_by_whom(
    house: Up, page: Page, specialist: Speaker, tmp_path: Path
) -> None:
    (end,) = await imported(house, tmp_path, words())
    position = end["sequence"]
    await page.goto("/messages?status=quarantined")
    async with page.expect_navigation():
        await page.click(f"#m{position} button")
    assert page.url.endswith("/messages?status=quarantined")
    assert "specialist" in await page.inner_text(f"#m{position}")
    assert await listed(specialist, position) == {}
    shown = await listed(specialist, position, status="set_aside")
    assert (shown["set_aside_by"], shown["status"]) == ("specialist", "quarantined")
    nothing = await page.request.post("/messages/900000000/set-aside", headers={"Origin": house.url})
    assert nothing.status == 404


async def test_programs_set_messages_aside(house: Up, specialist: Speaker, tmp_path: Path) -> None:
    first, second = [end["sequence"] for end in await imported(house, tmp_path, words(), reply())]
    assert (await specialist.send(f"/messages/{first}/set-aside", "")).status_code == 204
    assert (await specialist.send("/messages/900000000/set-aside", "")).status_code == 404
    async with signed_in(house.url, "engineer") as engineer:
        assert codes(await engineer.send(f"/messages/{second}/set-aside", "")) == {"": "A-ROLE"}
    refused = await moldcare(house.data, "mail", "set-aside", str(second), "--as", "engineer")
    assert (refused.code, "may not do this" in refused.complaint) == (1, True)
    assert (await listed(specialist, second))["set_aside_at"] is None
    ran = await moldcare(house.data, "mail", "set-aside", str(second), "--as", "supervisor", "--json")
    assert ran.told == {"position": second, "set_aside_by": "supervisor"}
    nothing = await moldcare(house.data, "mail", "set-aside", "900000000", "--as", "supervisor", "--json")
    assert (nothing.code, "900000000" in nothing.told["error"]) == (1, True)
    for position, user in ((first, "specialist"), (second, "supervisor")):
        assert (await listed(specialist, position, status="set_aside"))["set_aside_by"] == user


async def test_the_command_line_lists_messages_and_reads_those_in_quarantine_again(house: Up, tmp_path: Path) -> None:
    (end,) = await imported(house, tmp_path, words())
    told = (await moldcare(house.data, "mail", "list", "--status", "quarantined", "--limit", "500", "--json")).told
    assert end["sequence"] in [one["position"] for one in told["items"]]
    assert "no field of a mail header" in await moldcare(house.data, "mail", "list", "--limit", "500")
    again = await moldcare(house.data, "mail", "retry", "--json")
    assert (again.code, again.told["freed"]) == (1, 0)
    assert again.told["remaining"] >= 1
