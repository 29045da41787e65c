"""How the pages lie in a window: nothing beyond its edge, lists of low rows, every field with its label."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.e2e.running import PASSWORD, Up
from tests.e2e.speaking import Speaker, new_key, signed_in

LAPTOP, PHONE = 1200, 400
ROOM = """() => [document.documentElement.scrollWidth - document.documentElement.clientWidth,
    ...[...document.querySelectorAll('.scroll')].map(one => one.scrollWidth - one.clientWidth)]"""
"""How far the page, and each region that can scroll, reaches beyond what is seen, in pixels."""
LINES = """cells => cells.map(cell => {
    const all = document.createRange();
    all.selectNodeContents(cell);
    const middles = [...all.getClientRects()].filter(one => one.width).map(one => (one.top + one.bottom) / 2);
    middles.sort((one, other) => one - other);
    return middles.filter((one, at) => at === 0 || one - middles[at - 1] > 8).length;
})"""
"""On how many lines the text of each cell stands."""
WORK = ("/messages", "/callbacks?window=all", "/escalations?told=all", "/letters", "/simulation")
UNNAMED = """fields => fields.filter(one => !one.labels?.length && !one.ariaLabel).map(one => one.name)"""
"""The names of fields that no label belongs to."""


@asynccontextmanager
async def seen(browser: Browser, house: Up, width: int, locale: str, user: str = "supervisor") -> AsyncIterator[Page]:
    """A page in a window of this width, signed in."""
    context = await browser.new_context(
        base_url=house.url, locale=locale, viewport={"width": width, "height": 900}, java_script_enabled=True
    )
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("#user", user)
    await page.fill("#password", PASSWORD)
    await page.click("main button[type=submit]")
    await page.locator(".who form").wait_for()
    yield page
    await context.close()


@pytest.fixture
async def mould(house: Up) -> str:
    """A mould with drawings, and an open case of a customer with a long name."""
    async with signed_in(house.url, "specialist") as speaker:
        name = "苏州工业园精益精密压铸模具有限公司"
        told = await speaker.register(customer_name=name, safety_risk=True)
        owner = (await speaker.get("/customers")).json()["items"][0]["aggregate_id"]
        body: dict[str, Any] = {"mould_no": f"M-{new_key()[:8]}", "mould_name": "盖板", "kind": "INJECTION"}
        body |= {"model": "HT-1", "spec": "1 腔", "customer_id": owner, "order_no": "SO-1"}
        body |= {"delivery_date": "2024-06-30", "drawings": [{"doc_id": "D-250022-01", "revision": "A"}]}
        answer = await speaker.send("/moulds", json.dumps(body))
        assert answer.status_code == 201, answer.text
        await speaker.get(f"/cases/{told['id']}?after={answer.json()['sequence']}")
        return str(answer.json()["id"])


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
async def test_a_list_fits_a_laptop_with_rows_of_two_lines(
    browser: Browser, house: Up, mould: str, locale: str
) -> None:
    async with seen(browser, house, LAPTOP, locale) as page:
        for view in ("open", "all"):
            await page.goto(f"/?view={view}")
            assert max(await page.evaluate(ROOM)) <= 1, view
            lines = await page.locator("table.dense tbody :is(th, td)").evaluate_all(LINES)
            assert len(lines) >= 7
            assert max(lines) <= 2
            ages = await page.locator("table.dense tbody td:nth-child(5)").evaluate_all(LINES)
            assert set(ages) == {1}


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
async def test_the_menu_stands_on_one_line(browser: Browser, house: Up, locale: str) -> None:
    async with seen(browser, house, LAPTOP, locale) as page:
        tops = await page.locator("header :is(nav > a, nav summary, .who > *, .brand)").evaluate_all(
            "all => all.map(one => { const at = one.getBoundingClientRect(); return (at.top + at.bottom) / 2 })"
        )
        assert len(tops) > 8
        assert max(tops) - min(tops) < 6
        assert await page.locator("header nav [aria-current=page]").count() == 1


async def test_a_table_in_a_timeline_has_the_whole_width(browser: Browser, house: Up, mould: str) -> None:
    async with seen(browser, house, LAPTOP, "en-GB") as page:
        await page.goto(f"/moulds/{mould}")
        parts = await page.locator("table.told").evaluate_all(
            "all => all.map(one => one.offsetWidth / one.parentElement.clientWidth)"
        )
        assert parts
        assert min(parts) > 0.95


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
async def test_no_page_is_wider_than_its_window_and_every_field_has_a_label(
    browser: Browser, house: Up, specialist: Speaker, mould: str, width: int
) -> None:
    case = (await specialist.get("/cases")).json()["items"][0]["case_id"]
    paths = ("/", "/register", "/customers", "/moulds", f"/moulds/{mould}", "/channels", "/improvements", "/figures")
    async with seen(browser, house, width, "en-GB") as page:
        for path in (
            *paths,
            "/channels/register",
            f"/cases/{case}",
            f"/cases/{case}/classify",
            "/messages",
            *WORK,
            "/docs",
        ):
            await page.goto(path)
            assert (await page.evaluate(ROOM))[0] <= 0, path
            assert (
                await page.locator("main :is(input:not([type=hidden]), select, textarea)").evaluate_all(UNNAMED) == []
            )
