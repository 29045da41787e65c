"""A draft tried over HTTP, on the page and on the command line, which writes the body that publishes it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.e2e.running import PASSWORD, Up, moldcare
from tests.e2e.speaking import Speaker, codes, signed_in
from tests.support.now import acknowledgement_now

URGENCIES = ("URGENT", "NORMAL", "MINOR")
AT_ONCE = {
    "name": "standard",
    "targets": {"FIRST_RESPONSE": {urgency: {"hours": 0.001, "base": "H24"} for urgency in URGENCIES}},
}


def asked(**changes: Any) -> str:
    """The cases of the last two days under a first response within seconds."""
    now = datetime.now(UTC)
    period = {
        "received_from": (now - timedelta(days=1)).isoformat(),
        "received_to": (now + timedelta(days=1)).isoformat(),
    }
    return json.dumps({"policy": AT_ONCE, **period, **changes})


async def answered(specialist: Speaker) -> tuple[str, int]:
    """A case that was received ten minutes ago and answered now."""
    told = await specialist.register()
    answer = await specialist.send(f"/cases/{told['id']}/acknowledge-case", acknowledgement_now())
    assert answer.status_code == 201, answer.text
    return told["id"], answer.json()["sequence"]


async def test_a_draft_tells_which_cases_it_would_have_missed(specialist: Speaker, supervisor: Speaker) -> None:
    case_id, after = await answered(specialist)
    answer = await supervisor.send(f"/simulations?after={after}", asked(limit=10_000))
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["x-sequence"]) >= after
    first = [one for one in answer.json()["by_clock"] if one["clock"] == "FIRST_RESPONSE"]
    newly = [one for group in first for one in group["moves"] if (one["before"], one["after"]) == ("MET", "BREACHED")]
    assert case_id in [case for one in newly for case in one["cases"]]
    assert sum(one["newly_breached"] for one in first) >= sum(one["clocks"] for one in newly)
    policies = (await supervisor.get("/policies/standard")).json()["versions"]
    assert [one["number"] for one in policies] == [1]


async def test_who_may_not_see_all_cases_may_not_try_a_draft(house: Up, specialist: Speaker) -> None:
    assert codes(await specialist.send("/simulations", asked())) == {"": "A-ROLE"}
    for user, status in (("analyst", 200), ("auditor", 200), ("admin", 403), ("customer", 403)):
        async with signed_in(house.url, user) as speaker:
            assert (await speaker.send("/simulations", asked(limit=0))).status_code == status, user


async def test_every_fault_of_a_request_is_named(supervisor: Speaker) -> None:
    bad = {"name": "gold", "targets": {}}
    answer = await supervisor.send("/simulations", asked(policy=bad, received_from="2020-01-01T00:00:00Z"))
    assert answer.status_code == 422
    assert codes(answer) == {"policy.name": "V-FMT", "policy.targets": "V-REQ", "received_to": "V-RANGE"}
    assert (await supervisor.send("/simulations", "{")).status_code == 400
    assert (await supervisor.send("/simulations", "[]")).status_code == 422


async def test_only_one_is_at_work_at_a_time(supervisor: Speaker) -> None:
    answers = await asyncio.gather(*(supervisor.send("/simulations", asked(limit=0)) for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [200, 503, 503]
    busy = next(one for one in answers if one.status_code == 503)
    assert busy.headers["retry-after"]
    assert (await supervisor.send("/simulations", asked(limit=0))).status_code == 200


@pytest.fixture
async def desk(page: Page) -> Page:
    """The page of the supervisor."""
    await page.context.clear_cookies()
    await page.goto("/")
    await page.fill("#user", "supervisor")
    await page.fill("#password", PASSWORD)
    await page.click("main button[type=submit]")
    return page


async def test_a_supervisor_tries_a_draft_on_a_page(desk: Page, specialist: Speaker, tmp_path: Path) -> None:
    case_id, after = await answered(specialist)
    await desk.goto(f"/figures?after={after}")
    await desk.click("a[href='/simulation']")
    await desk.fill("#policy", "{")
    await desk.click("main form.card button[type=submit]")
    assert "policy" in await desk.inner_text(".alert")
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps(AT_ONCE))
    await desk.set_input_files("#policy_file", draft)
    await desk.click("main form.card button[type=submit]")
    assert await desk.locator(f"section[aria-labelledby=by-clock] a[href='/cases/{case_id}']").count() == 1
    assert await desk.locator("section[aria-labelledby=by-customer] tbody tr").count() >= 1
    assert "PublishSlaPolicy" in await desk.inner_text("main")


async def test_the_command_line_tries_a_draft_and_says_how_to_publish_it(house: Up, tmp_path: Path) -> None:
    draft, body, bad = tmp_path / "draft.json", tmp_path / "body.json", tmp_path / "bad.json"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    beside = {"effective_from": tomorrow, "drafted_by": "supervisor"}
    draft.write_text(json.dumps({**AT_ONCE, **beside}))
    period = ("--from", "2026-01-01", "--to", tomorrow)
    told = await moldcare(house.data, "sla", "simulate", "--policy", str(draft), *period, "--out", str(body))
    assert told.code == 0, told.complaint
    assert "FIRST_RESPONSE" in told
    assert f"moldcare send PublishSlaPolicy --id standard --data {body}" in told
    written = json.loads(body.read_text())
    assert written["content"] == AT_ONCE
    assert {name: written[name] for name in beside} == beside
    found = (await moldcare(house.data, "sla", "simulate", "--policy", str(draft), *period, "--json")).told
    assert found["publications"] == [{"command": "PublishSlaPolicy", "id": "standard", "body": written}]
    assert found["simulated"]["total"]["after"]["n"] > 0
    bad.write_text(json.dumps({**AT_ONCE, "name": "gold", "colour": "red"}))
    refused = await moldcare(house.data, "sla", "simulate", "--policy", str(bad), *period)
    assert refused.code == 1
    assert "V-FMT colour" in refused.complaint
    nothing = await moldcare(house.data, "sla", "simulate", *period)
    assert (nothing.code, nothing.count("Traceback")) == (2, 0)
    (tmp_path / "torn.json").write_text("{")
    torn = await moldcare(house.data, "sla", "simulate", "--policy", str(tmp_path / "torn.json"), *period)
    assert (torn.code, "JSON" in torn.complaint) == (1, True)
