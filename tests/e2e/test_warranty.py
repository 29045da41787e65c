"""The warranty of a mould as programs and people see it: advised from contract, counter and replaced parts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page

from tests.e2e.crew import COMPANY, Crew
from tests.e2e.speaking import Speaker
from tests.e2e.walking import get
from tests.e2e.walks import W1
from tests.support.samples import mould

_DAYS = timedelta(days=1)
UP_TO_EVALUATION = W1[: [one.command for one in W1].index("EvaluateService") + 1]


async def sent(speaker: Speaker, path: str, **body: Any) -> dict[str, Any]:
    answer = await speaker.send(path, json.dumps(body))
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def covered(crew: Crew) -> tuple[str, str]:
    """A mould of the register whose warranty began 100 days ago; its number and id."""
    supervisor, number = crew.speakers["supervisor"], f"W-{uuid4().hex[:8]}"
    fields = mould(COMPANY, mould_no=number, guaranteed_shots=500_000)
    registered = await sent(supervisor, "/moulds", **fields)
    start = (datetime.now(UTC) - 100 * _DAYS).date().isoformat()
    terms = {"start": start, "start_basis": "ACCEPTANCE", "months": 24, "shots": 150_000, "contract_ref": "HT-7"}
    await sent(supervisor, f"/moulds/{registered['id']}/set-warranty-terms", **terms, exclusions=["客户自行改模"])
    return number, registered["id"]


@pytest.mark.proves("B-01", "B-02", "B-04")
async def test_the_warranty_of_a_case_is_advised_from_contract_and_counter(crew: Crew, page: Page) -> None:
    number, mould_id = await covered(crew)
    specialist, stranger = crew.speakers["specialist"], crew.speakers["stranger"]
    told = await specialist.register(customer_id=COMPANY, customer_name=None, mould_id=mould_id, mould_no=number)
    path = f"/cases/{told['id']}/warranty"
    unknown = await get(specialist, path, after=told["sequence"])
    assert (unknown["verdict"], [one["code"] for one in unknown["reasons"]]) == (
        "UNKNOWN",
        ["shots_unknown", "in_time"],
    )
    reading = {"shots": 182_000, "read_at": datetime.now(UTC).isoformat(), "estimated": True}
    read = await sent(specialist, f"/moulds/{mould_id}/report-shots", **reading)
    found = await get(specialist, path, after=read["sequence"])
    assert (found["verdict"], found["shots"], found["is_estimated"]) == ("OUT_SHOTS", 182_000, True)
    assert [one["code"] for one in found["reasons"]] == ["over_estimated", "in_time"]
    assert all(" / " in one["message"] for one in found["reasons"])
    assert (found["exclusions"], found["life"]) == (
        ["客户自行改模"],
        {"guaranteed_shots": 500_000, "left": 318_000},
    )
    assert (await stranger.get(path)).status_code == 404
    await page.goto(f"/cases/{told['id']}/assess-warranty")
    advice = await page.inner_text("section[aria-labelledby=warranty-title]")
    assert "超模次" in advice
    assert "客户自行改模" in advice
    assert "保证寿命 500000 模次" in advice
    assert await page.input_value("#shots_read") == "182000"
    assert await page.input_value("#verdict") == ""


@pytest.mark.proves("B-10")
async def test_replaced_parts_have_a_warranty_of_their_own_and_are_seen_before_the_archive(
    crew: Crew, page: Page
) -> None:
    number, mould_id = await covered(crew)
    walker, specialist = crew.walker(), crew.speakers["specialist"]
    linked = {"customer_id": COMPANY, "customer_name": None, "mould_id": mould_id, "mould_no": number}
    await walker.take(UP_TO_EVALUATION, refused=False, claimed_urgency="URGENT", **linked)
    now = datetime.now(UTC).isoformat()
    again = await specialist.register(**linked, fault_at=now, received_at=now)
    found = await get(specialist, f"/cases/{again['id']}/warranty", after=again["sequence"])
    assert [(one["part_no"], one["verdict"], one["case_id"]) for one in found["parts"]] == [
        ("GP-20", "IN", walker.case_id)
    ]
    await page.goto(f"/cases/{walker.case_id}/archive-case")
    parts = await page.inner_text("section[aria-labelledby=parts-title]")
    assert "GP-20" in parts
    assert "旧件：带回" in parts
    assert "未经仓库发料" in parts
