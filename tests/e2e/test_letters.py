"""Letters to customers in the browser and on the command line: previewed, asked for, waiting in plain sight."""

from pathlib import Path

from playwright.async_api import Page

from tests.e2e.running import Up, moldcare
from tests.e2e.speaking import Speaker
from tests.waiting import until


async def test_a_letter_is_previewed_asked_for_and_waits_where_people_look(
    house: Up, page: Page, specialist: Speaker
) -> None:
    registered = await specialist.register(contact_email="a@plant.example")
    case_id = str(registered["case_id"])
    await page.goto(f"/cases/{case_id}?after={registered['sequence']}")
    await page.click(f"a[href='/cases/{case_id}/letters/progress']")
    text = await page.inner_text("main pre")
    assert case_id in text
    assert "张伟" in text
    await page.click("a[href$='/letters/progress?language=en']")
    assert "We are still working on your case" in await page.inner_text("main pre")
    await page.click("p.buttons a.button >> nth=0")
    assert (await page.input_value("#text")).startswith("Dear 张伟")
    assert await page.input_value("#to") == "a@plant.example"
    assert await page.locator("#letter, #appointment").count() == 0
    async with page.expect_navigation():
        await page.click("main form p.buttons button[type=submit]")
    assert "?after=" in page.url, await page.inner_text("main")

    async def waits() -> bool:
        await page.goto("/letters?view=waiting")
        return await page.locator(f"a[href='/cases/{case_id}']").count() == 1

    await until(waits)
    assert "a@plant.example" in await page.inner_text("main table")
    await page.goto(f"/cases/{case_id}")
    assert "待发送" in await page.inner_text("section[aria-labelledby=letters-title]")


async def test_letters_that_wait_without_a_mail_server_are_told_by_status_and_doctor(
    house: Up, specialist: Speaker
) -> None:
    case_id = str((await specialist.register(contact_email="b@plant.example"))["case_id"])
    body = {"via": "EMAIL", "to": "a@plant.example", "text": "请补充照片", "trigger": "INFO_REQUEST"}
    answer = await specialist.client.post(f"/api/v1/cases/{case_id}/request-message", json=body)
    assert answer.status_code == 201, answer.text

    async def waits() -> bool:
        found = (await moldcare(house.data, "status", "--json")).told["letters"]
        return any(one["state"] == "waiting" for one in found)

    await until(waits)
    checks = (await moldcare(house.data, "doctor", "--json")).told
    (found,) = [one for one in checks if "letters" in one["check"]]
    assert not found["is_sound"]
    assert "MOLDCARE_SMTP_HOST" in found["remedy"]


async def test_templates_are_previewed_without_a_server_and_a_broken_one_is_named(tmp_path: Path) -> None:
    shown = await moldcare(tmp_path, "letter", "preview", "visit_confirmed", "--language", "en")
    assert shown.code == 0
    assert "The visit is confirmed: 2026-11-26 09:00" in shown
    own = tmp_path / "letters"
    own.mkdir()
    (own / "state.2.zh.txt").write_text("{{ price }}")
    broken = await moldcare(tmp_path, "letter", "list", "--folder", str(own))
    assert broken.code == 1
    assert "state.2.zh: 'price' is undefined" in broken.complaint
    refused = await moldcare(tmp_path / "data", "up", "--port", "0", MOLDCARE_LETTERS=str(own))
    assert refused.code != 0
    assert "state.2.zh" in refused.complaint
