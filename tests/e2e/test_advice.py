"""Advice over HTTP and on the forms: history, similar cases, duplicates, skills, repair or replace; never a refusal."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page

from tests.e2e.running import Up
from tests.e2e.speaking import Speaker, new_key, signed_in
from tests.e2e.walking import get
from tests.support.samples import classification


async def _send(speaker: Speaker, path: str, **body: Any) -> dict[str, Any]:
    answer = await speaker.send(path, json.dumps(body))
    assert answer.status_code == 201, (path, answer.text)
    told: dict[str, Any] = answer.json()
    return told


async def _mould(specialist: Speaker, **changes: Any) -> dict[str, Any]:
    """A mould of its own, so that nothing else in the house is about it."""
    owner = (await get(specialist, "/customers"))["items"][0]["aggregate_id"]
    number = f"M-{new_key()[:8]}"
    body = {"mould_no": number, "mould_name": "盖板", "kind": "INJECTION", "model": "HT-1", "spec": "1 腔"}
    body |= {"customer_id": owner, "order_no": "SO-1", "delivery_date": "2024-06-30", "guaranteed_shots": 100_000}
    body |= {"drawings": [{"doc_id": "D-9", "revision": "C"}]}
    told = await _send(specialist, "/moulds", **{**body, **changes})
    return {"id": told["id"], "mould_no": number}


async def test_a_case_is_judged_with_its_mould_its_history_and_what_it_may_repeat(
    house: Up, specialist: Speaker
) -> None:
    mould, word = await _mould(specialist), new_key()[:12]
    linked = {"mould_id": mould["id"], "mould_no": mould["mould_no"], "problem_description": f"顶针断裂 {word}"}
    phone = "+86 138 " + str(int(new_key()[:6], 16)).zfill(8)
    earlier = await specialist.register(**linked, contact_phone="+86 574 5550 7777")
    await _send(specialist, f"/cases/{earlier['id']}/classify", **classification())
    await _send(specialist, f"/moulds/{mould['id']}/report-shots", shots=95_000, read_at=_now(), estimated=True)
    case = await specialist.register(**linked, contact_phone=phone, not_duplicate_of=[earlier["id"]])
    other = await specialist.register(
        problem_description=f"顶针断裂 {word}", contact_phone=phone, mould_no=f"M-{new_key()[:8]}"
    )
    advice = await get(specialist, f"/cases/{case['id']}/advice", after=other["sequence"])
    assert advice["drawings"] == [{"doc_id": "D-9", "revision": "C", "file_ref": None}]
    assert [one["case_id"] for one in advice["history"]] == [earlier["id"]]
    assert {one["case_id"]: one["reasons"] for one in advice["duplicates"]} == {
        earlier["id"]: ["SAME_MOULD"],
        other["id"]: ["SAME_CONTACT"],
    }
    assert advice["looked_at"] == [earlier["id"]]
    assert {one["case_id"] for one in advice["similar"][:2]} == {earlier["id"], other["id"]}
    assert [one["likeness"] for one in advice["similar"][:2]] == [1.0, 1.0]
    assert advice["repair_or_replace"] == {
        "advice": "REPLACE",
        "life_used": 0.95,
        "is_estimated": True,
        "repair_cost_fen": None,
        "cost_share": None,
        "missing": ["repair_cost_fen", "original_price_fen"],
    }
    async with signed_in(house.url, "customer") as customer, signed_in(house.url, "technician") as technician:
        assert (await customer.get(f"/cases/{case['id']}/advice")).status_code == 403
        assert (await technician.get(f"/cases/{case['id']}/advice")).status_code == 404


async def test_a_corrected_description_is_compared_as_it_reads_now(specialist: Speaker, supervisor: Speaker) -> None:
    mould, word, other = await _mould(specialist), "滑块卡死拉伤", "顶针断裂飞边"
    phone = "+86 139 " + str(int(new_key()[:6], 16)).zfill(8)
    linked = {"mould_id": mould["id"], "mould_no": mould["mould_no"]}
    first = await specialist.register(problem_description=word, contact_phone=phone, **linked)
    second = await specialist.register(problem_description=other, contact_phone=phone, mould_no=f"M-{new_key()[:8]}")

    async def hints(after: int) -> tuple[dict[str, list[str]], dict[str, float]]:
        advice = await get(specialist, f"/cases/{first['id']}/advice", after=after)
        similar = {one["case_id"]: one["likeness"] for one in advice["similar"]}
        return {one["case_id"]: one["reasons"] for one in advice["duplicates"]}, similar

    assert second["id"] not in (await hints(second["sequence"]))[0]
    events = (await get(specialist, f"/cases/{second['id']}/events"))["items"]
    body = {"target_event_id": events[0]["event_id"], "field_path": "problem_description", "reason": "听错"}
    body |= {"old_value": other, "new_value": word, "reason_code": "TYPO"}
    corrected = await _send(supervisor, f"/cases/{second['id']}/correct-record", **body)
    duplicates, similar = await hints(corrected["sequence"])
    assert duplicates == {second["id"]: ["SAME_CONTACT"]}
    assert similar[second["id"]] == 1.0


def _now() -> str:
    return (datetime.now(UTC) - timedelta(minutes=5)).isoformat()


async def test_once_both_are_classified_only_the_same_group_of_faults_is_a_duplicate(specialist: Speaker) -> None:
    mould = await _mould(specialist)
    linked = {"mould_id": mould["id"], "mould_no": mould["mould_no"]}
    ids = [(await specialist.register(**linked, contact_phone=f"+86 574 5550 10{n}0"))["id"] for n in range(3)]
    for case_id, code in zip(ids, ("I-PQ-01", "I-PQ-02", "C-MV-01"), strict=True):
        after = (await _send(specialist, f"/cases/{case_id}/classify", **classification(fault_code=code)))["sequence"]
    found = (await get(specialist, f"/cases/{ids[0]}/advice", after=after))["duplicates"]
    assert {one["case_id"]: one["reasons"] for one in found} == {ids[1]: ["SAME_MOULD", "SAME_FAULT_GROUP"]}


async def test_a_report_is_hinted_at_before_it_is_registered(house: Up, specialist: Speaker) -> None:
    mould, word = await _mould(specialist), new_key()[:12]
    case = await specialist.register(
        mould_no=mould["mould_no"], problem_description=f"滑块咬死 {word}", contact_phone="+86 574 6660 1234"
    )
    ask = {"after": case["sequence"]}
    by_mould = await get(specialist, "/duplicates", mould_no=mould["mould_no"], **ask)
    assert [(one["case_id"], one["reasons"]) for one in by_mould["items"]] == [(case["id"], ["SAME_MOULD"])]
    by_contact = await get(specialist, "/duplicates", contact="0574-66601234", text=f"滑块咬死 {word}", **ask)
    assert [(one["case_id"], one["reasons"]) for one in by_contact["items"]] == [(case["id"], ["SAME_CONTACT"])]
    assert (await get(specialist, "/duplicates", contact="0574-66601234", text="别的问题", **ask))["items"] == []
    assert (await get(specialist, "/duplicates", **ask))["items"] == []
    async with signed_in(house.url, "technician") as technician, signed_in(house.url, "customer") as customer:
        assert (await get(technician, "/duplicates", mould_no=mould["mould_no"], **ask))["items"] == []
        assert (await customer.get("/duplicates", params={})).status_code == 403


async def test_skills_and_certificates_that_ran_out_are_told(house: Up, specialist: Speaker) -> None:
    skill = f"焊接{new_key()[:6]}"
    async with signed_in(house.url, "supervisor") as supervisor:
        await _send(supervisor, "/staff/technician/record-skill", skill=skill, level=3, expires_on="2020-01-01")
        last = await _send(supervisor, "/staff/engineer/record-skill", skill=skill, level=2, expires_on="2199-01-01")
    case = await specialist.register()
    skills = (await get(specialist, f"/cases/{case['id']}/advice", after=max(case["sequence"], last["sequence"])))[
        "skills"
    ]
    known = {one["user"]: (one["level"], one["has_expired"]) for one in skills["people"] if one["skill"] == skill}
    assert known == {"technician": (3, True), "engineer": (2, False)}


async def test_the_form_shows_probable_duplicates_once_and_records_that_they_were_looked_at(
    page: Page, specialist: Speaker
) -> None:
    mould = await _mould(specialist)
    case = await specialist.register(mould_no=mould["mould_no"], contact_phone="+86 574 6660 9999")
    await page.goto(f"/moulds/{mould['id']}?after={case['sequence']}")
    assert "D-9 C" in await page.inner_text("main")
    await page.goto(f"/register?mould_id={mould['mould_no']}")
    await page.select_option("#channel", "HOTLINE")
    await page.fill("#raw_content_ref", "客户来电")
    await page.fill("#contact_name", "李工")
    await page.fill("#contact_phone", "+86 574 6660 8888")
    await page.fill("#problem_description", "顶出不顺，需要检查")
    await page.select_option("#scope", "REPAIR")
    await page.click("p.buttons button[type=submit]")
    told = await page.inner_text("main")
    assert "可能重复" in told
    assert case["id"] in told
    await page.click("p.buttons button[type=submit]")
    assert "/cases/" in page.url, await page.inner_text("main")
    mine = page.url.partition("/cases/")[2][:10]
    events = (await get(specialist, f"/cases/{mine}/events"))["items"]
    assert events[0]["data"]["not_duplicate_of"] == [case["id"]]
    await page.goto(f"/cases/{mine}/classify")
    told = await page.inner_text("main")
    assert case["id"] in told
    assert "登记时已查看" in told
    assert "未记录" in told
