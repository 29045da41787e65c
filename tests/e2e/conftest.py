"""One running `moldcare up --sample` for the tests of a worker that only speak HTTP to it, and a browser."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.e2e.crew import Crew, signed_in_crew
from tests.e2e.running import PASSWORD, Up
from tests.e2e.speaking import Speaker, signed_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Up]:
    """The whole product with its sample users."""
    up = Up(tmp_path_factory.mktemp("house") / "data", "--sample")
    try:
        yield await up.ready()
    finally:
        await up.end()


@pytest.fixture
async def specialist(house: Up) -> AsyncIterator[Speaker]:
    """The specialist, signed in."""
    async with signed_in(house.url, "specialist") as speaker:
        yield speaker


@pytest.fixture
async def supervisor(house: Up) -> AsyncIterator[Speaker]:
    """The supervisor, signed in."""
    async with signed_in(house.url, "supervisor") as speaker:
        yield speaker


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium of this machine; without one the tests say so, and fail in CI."""
    if not CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on this machine")
        pytest.skip("no Chromium on this machine: install the package chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, house: Up) -> AsyncIterator[Page]:
    """A page of the specialist, signed in, without script; what a page loads from elsewhere fails the test."""
    context = await browser.new_context(base_url=house.url, locale="zh-CN", java_script_enabled=False)
    page = await context.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(house.url) else elsewhere.append(request.url))
    await page.goto("/")
    await page.fill("#user", "specialist")
    await page.fill("#password", PASSWORD)
    await page.click("main button[type=submit]")
    yield page
    assert elsewhere == []
    await context.close()


@pytest.fixture(scope="module")
async def crew(house: Up) -> AsyncIterator[Crew]:
    """Everybody who takes part in the life of a case, signed in."""
    async with signed_in_crew(house) as crew:
        yield crew
