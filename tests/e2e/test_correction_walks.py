"""A wrong mould number found after the archive (W11), an event on the wrong case, and a correction made by hand."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page

from tests.e2e.running import Up, moldcare
from tests.e2e.speaking import Speaker, signed_in
from tests.e2e.walking import HttpDoor, Walker, get, stored_files
from tests.e2e.walks_corrections import ARCHIVED, OTHERS, correction, voiding
from tests.support.now import acknowledgement_now

People = dict[str, Speaker]


@pytest.fixture(scope="module")
async def people(house: Up) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        names = ("supervisor", *OTHERS)
        yield {name: await stack.enter_async_context(signed_in(house.url, name)) for name in names}


async def archived(people: People, mould_no: str) -> str:
    """A case of this mould whose file is complete."""
    specialist = people["specialist"]
    walker = Walker(HttpDoor(people), specialist, await stored_files(specialist))
    await walker.take(ARCHIVED, refused=False, mould_no=mould_no, claimed_urgency="URGENT")
    return walker.case_id


async def event_id(speaker: Speaker, case_id: str, type: str) -> str:
    events = (await get(speaker, f"/cases/{case_id}/events"))["items"]
    return next(str(one["event_id"]) for one in events if one["type"] == type)


async def history(speaker: Speaker, mould_no: str, **more: Any) -> list[str]:
    """The repair history of a mould."""
    return [one["case_id"] for one in (await get(speaker, "/cases", view="all", q=mould_no, **more))["items"]]


async def pareto(speaker: Speaker, mould_no: str, **more: Any) -> list[tuple[str, list[str]]]:
    """M-10 of one mould: its fault codes with their cases."""
    found = await get(speaker, "/metrics", period=f"{datetime.now(UTC):%Y}", by="mould", **more)
    groups = [one for one in found["groups"] if one["by"]["mould"] == mould_no and one["received"]]
    return [(bar["code"], bar["cases"]) for one in groups for bar in one["fault_types"]["codes"]]


async def test_a_wrong_mould_found_after_the_archive_moves_the_case_between_histories(
    house: Up, people: People
) -> None:
    wrong, right = f"W-{uuid4().hex[:8]}", f"R-{uuid4().hex[:8]}"
    supervisor, door = people["supervisor"], HttpDoor(people)
    case_id = await archived(people, wrong)
    then = await supervisor.position()
    body = correction(await event_id(supervisor, case_id, "FeedbackReceived"), "mould_no", wrong, right)
    for name in OTHERS:
        status, told = await door.send("CorrectRecord", case_id, body, name)
        assert (status, told["code"]) == (403, "A-ROLE"), (name, told)
    status, told = await door.send("CorrectRecord", case_id, {**body, "old_value": right}, "supervisor")
    assert (status, [(one["code"], one["field"]) for one in told["errors"]]) == (409, [("C-VER", "old_value")])
    status, told = await door.send("CorrectRecord", case_id, body, "supervisor")
    assert (status, told["event"]["type"], told["state"]) == (201, "RecordCorrected", "ARCHIVED"), told
    now = {"after": told["sequence"]}
    assert (await history(supervisor, wrong, **now), await history(supervisor, right, **now)) == ([], [case_id])
    assert (await history(supervisor, wrong, as_of=then), await history(supervisor, right, as_of=then)) == (
        [case_id],
        [],
    )
    assert (await pareto(supervisor, wrong, **now), await pareto(supervisor, right, **now)) == (
        [],
        [("I-PQ-01", [case_id])],
    )
    assert await pareto(supervisor, wrong, as_of=then) == [("I-PQ-01", [case_id])]
    await _is_shown(house, supervisor, case_id, wrong, right, then)


async def _is_shown(house: Up, supervisor: Speaker, case_id: str, wrong: str, right: str, then: int) -> None:
    """The case, its events, its page and the command line show what counts and what stood there."""
    case = await get(supervisor, f"/cases/{case_id}")
    made = case["trail"][0]["corrections"][0]
    assert case["mould_no"] == right
    assert (made["field_path"], made["old_value"], made["new_value"]) == ("mould_no", wrong, right)
    assert (made["actor"], made["reason_code"], made["reason"]) == ("supervisor", "WRONG_OBJECT", "模具号看错了")
    before = await get(supervisor, f"/cases/{case_id}", as_of=then)
    assert (before["mould_no"], before["trail"], before["texts"][0]["fields"]["mould_no"]) == (wrong, [], wrong)
    events = (await get(supervisor, f"/cases/{case_id}/events"))["items"]
    assert events[0]["data"]["mould_no"] == case["texts"][0]["fields"]["mould_no"] == right
    assert events[0]["corrections"] == case["trail"][0]["corrections"]
    page = (await supervisor.client.get(f"/cases/{case_id}")).text
    assert f"<del>{wrong}</del> → <ins>{right}</ins>" in page
    told = await moldcare(house.data, "case", "show", case_id)
    assert (wrong in told, right in told, "更正与作废" in told) == (True, True, True)


async def test_an_event_on_the_wrong_case_is_voided_and_recorded_on_the_right_one(people: People) -> None:
    specialist, supervisor, door = people["specialist"], people["supervisor"], HttpDoor(people)
    wrong, right = (await specialist.register())["id"], (await specialist.register())["id"]
    acknowledged = (await specialist.send(f"/cases/{wrong}/acknowledge-case", acknowledgement_now())).json()
    body = voiding(acknowledged["event"]["id"], moved_to_case=right)
    assert (await door.send("VoidEvent", wrong, body, "specialist"))[1]["code"] == "A-ROLE"
    status, told = await door.send("VoidEvent", wrong, body, "supervisor")
    assert (status, told["event"]["type"]) == (201, "EventVoided"), told
    answer = await specialist.send(f"/cases/{right}/acknowledge-case", acknowledgement_now())
    assert answer.status_code == 201
    after = answer.json()["sequence"]
    assert (await get(specialist, f"/cases/{wrong}", after=after))["acknowledged_at"] is None
    assert (await get(specialist, f"/cases/{right}", after=after))["acknowledged_at"]
    voided = (await get(specialist, f"/cases/{wrong}/events"))["items"][1]["voided"]
    assert (voided["actor"], voided["moved_to_case"], voided["reason"]) == (
        "supervisor",
        right,
        "记在了别的服务单上",
    )
    page = (await supervisor.client.get(f"/cases/{wrong}")).text
    assert 'id="v2" class="voided"' in page


async def test_a_voiding_that_would_break_the_case_is_refused_and_names_what_breaks(people: People) -> None:
    supervisor = people["supervisor"]
    case_id = await archived(people, f"V-{uuid4().hex[:8]}")
    before = [one["type"] for one in (await get(supervisor, f"/cases/{case_id}/events"))["items"]]
    body = voiding(await event_id(supervisor, case_id, "ServiceVerified"))
    status, told = await HttpDoor(people).send("VoidEvent", case_id, body, "supervisor")
    assert (status, {one["code"] for one in told["errors"]}) == (409, {"S-GUARD"})
    assert all(any(type in one["message"] for one in told["errors"]) for type in ("CustomerEvaluated", "Archived"))
    assert [one["type"] for one in (await get(supervisor, f"/cases/{case_id}/events"))["items"]] == before


async def test_a_hold_and_an_audit_note_are_put_on_an_archived_case(people: People) -> None:
    case_id, door = await archived(people, f"H-{uuid4().hex[:8]}"), HttpDoor(people)
    hold, note = {"reason": "诉讼保全", "basis": "(2026) 浙 02 民初 1 号"}, {"note": "已核对", "refs": ["v1"]}
    for command, body, allowed in (("PlaceHold", hold, "supervisor"), ("AddAuditNote", note, "auditor")):
        for name in people:
            if name != allowed:
                assert (await door.send(command, case_id, body, name))[0] == 403, (command, name)
        assert (await door.send(command, case_id, body, allowed))[0] == 201
    status, told = await door.send("PlaceHold", case_id, hold, "supervisor")
    assert (status, told["code"]) == (409, "S-GUARD")
    assert (await door.send("LiftHold", case_id, {"reason": "已结案"}, "supervisor"))[0] == 201


async def test_a_person_picks_event_and_field_sees_the_old_value_and_types_the_new_one(
    page: Page, specialist: Speaker
) -> None:
    told = await specialist.register(mould_no="M-WRONG")
    await page.goto(f"/cases/{told['id']}?after={told['sequence']}")
    await page.click("a:has-text('更正此记录')")
    await page.select_option("#field_path", "mould_no")
    await page.click("button[name='~fill']")
    assert await page.inner_text("#old_value") == "M-WRONG"
    assert await page.input_value("#new_value") == "M-WRONG"
    await page.fill("#new_value", "")
    await page.select_option("#reason_code", "TYPO")
    await page.fill("#reason", "看错了铭牌")
    await page.fill("#new_value", "M-RIGHT")
    await page.click("p.buttons button[type=submit]")
    assert await page.inner_text(".timeline del") == "M-WRONG", await page.inner_text("main")
    assert await page.inner_text(".timeline ins") == "M-RIGHT"
    assert "M-RIGHT" in await page.inner_text("section:has(#facts-title)")
