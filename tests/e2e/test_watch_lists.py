"""Call-backs to be made and cases that were raised, as lists that are worked down."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page

from tests.e2e.crew import Crew
from tests.e2e.speaking import Speaker
from tests.e2e.walking import get
from tests.e2e.walks_followup import TAKEN_UP, W10
from tests.waiting import until


async def items(speaker: Speaker, path: str, case_id: str, **query: Any) -> list[dict[str, Any]]:
    """What a list says of one case."""
    return [one for one in (await get(speaker, path, limit=500, **query))["items"] if one["case_id"] == case_id]


@pytest.mark.proves("B-19")
async def test_whoever_was_told_finds_a_case_that_was_raised_until_it_is_taken_up(crew: Crew, page: Page) -> None:
    walker = crew.walker()
    before = next(place for place, one in enumerate(TAKEN_UP) if one.command == "AcknowledgeEscalation")
    await walker.take(TAKEN_UP[:before], refused=False)
    supervisor, engineer, quality = (crew.speakers[name] for name in ("supervisor", "engineer", "quality"))

    async def is_raised() -> bool:
        return any(one["trigger"] == "TWO_REFUSALS" for one in await items(supervisor, "/escalations", walker.case_id))

    await until(is_raised)
    told = next(one for one in await items(quality, "/escalations", walker.case_id) if one["trigger"] == "TWO_REFUSALS")
    assert (told["clock"], told["level"], told["to"]) == ("APPROVAL", 3, ["SUPERVISOR", "QUALITY"])
    mine = [one["trigger"] for one in await items(engineer, "/escalations", walker.case_id)]
    assert "TWO_REFUSALS" not in mine

    async def pages_make_the_list() -> bool:
        # Others raise and take up cases of theirs meanwhile.
        whole = (await get(supervisor, "/escalations", told="all", limit=500))["items"]
        return bool(whole) and await paged(supervisor, "/escalations", told="all", limit=1) == whole

    await until(pages_make_the_list)
    case = await crew.case(walker)
    assert case["escalation_level"] >= 3
    assert any(flag.startswith("ESCALATED_L") for flag in case["flags"])
    await page.goto("/escalations?told=all")
    assert await page.get_by_role("link", name=walker.case_id).count()
    await walker.take(TAKEN_UP[before : before + 1], refused=False)

    async def is_gone() -> bool:
        left = await items(quality, "/escalations", walker.case_id, told="all", after=walker.position)
        return not any(one["trigger"] == "TWO_REFUSALS" for one in left)

    await until(is_gone)


@pytest.mark.proves("R-2.5.1-a", "R-2.5.1-b")
async def test_a_specialist_works_down_the_call_backs_by_their_windows(crew: Crew, page: Page) -> None:
    walker = crew.walker(72.0, span=timedelta(hours=60))
    tried = next(place for place, one in enumerate(W10) if one.command == "AttemptCallback")
    await walker.take(W10[: tried + 1], refused=False)
    specialist = crew.speakers["specialist"]
    assert await items(specialist, "/callbacks", walker.case_id, after=walker.position) == []
    (found,) = await items(specialist, "/callbacks", walker.case_id, window="all", after=walker.position)
    due_at, opens = (datetime.fromisoformat(found[name]) for name in ("due_at", "window_from"))
    assert (due_at - opens, found["point"], found["attempts"]) == (timedelta(days=2), "D7", 1)
    assert opens > datetime.now(UTC)
    everything = [one["due_at"] for one in (await get(specialist, "/callbacks", window="all", limit=500))["items"]]
    assert everything == sorted(everything)
    await page.goto("/callbacks?window=all")
    row = page.get_by_role("row").filter(has_text=walker.case_id)
    assert await row.get_by_role("link").count() >= 3


async def paged(speaker: Speaker, path: str, **query: Any) -> list[Any]:
    """Everything of a list, page by page."""
    found, cursor = list[Any](), dict[str, str]()
    while True:
        told = await get(speaker, path, **query, **cursor)
        found += told["items"]
        if told["next"] is None:
            return found
        cursor = {"cursor": told["next"]}
