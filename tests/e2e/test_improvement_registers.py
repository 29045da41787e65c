"""Improvements, reports and subscriptions over HTTP and on pages, each as far as a role sees it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.running import Up
from tests.e2e.speaking import Speaker, signed_in
from tests.e2e.walking import get
from tests.waiting import until


async def _send(speaker: Speaker, path: str, **body: Any) -> dict[str, Any]:
    answer = await speaker.send(path, json.dumps(body))
    assert answer.status_code == 201, (path, answer.text)
    told: dict[str, Any] = answer.json()
    return told


async def test_an_improvement_is_followed_by_those_whom_it_concerns(house: Up, specialist: Speaker) -> None:
    case = await specialist.register()
    found = {"source": "CASE", "evidence_cases": [case["id"]]}
    technical = (await _send(specialist, "/improvements", **found, finding="滑块磨损太快", department="TECH"))["id"]
    quality = (await _send(specialist, "/improvements", **found, finding="来料检验遗漏", department="QUALITY"))["id"]
    async with signed_in(house.url, "engineer") as engineer, signed_in(house.url, "quality") as department:
        plan = {"measure": "渗氮", "owner": "engineer", "due_at": (datetime.now(UTC) + timedelta(days=9)).isoformat()}
        plan |= {"target_metric": "M-04", "baseline": 0.8, "target": 0.9, "horizontal_check": "同类三副"}
        planned = await _send(engineer, f"/improvements/{technical}/plan-improvement", **plan)
        row = await get(engineer, f"/improvements/{technical}", after=planned["sequence"])
        assert (row["state"], row["owner"], row["target"]) == ("ACTING", "engineer", 0.9)
        events = (await get(engineer, f"/improvements/{technical}/events"))["items"]
        assert [one["type"] for one in events] == ["ImprovementOpened", "ImprovementPlanned"]
        assert events[0]["data"]["finding"] == "滑块磨损太快"
        assert "滑块磨损太快" in (await engineer.client.get("/improvements")).text
        page = await engineer.client.get(f"/improvements/{technical}")
        assert f"/improvements/{technical}/complete-improvement-action" in page.text
        form = await engineer.client.get(f"/improvements/{technical}/complete-improvement-action")
        assert form.status_code == 200
        seen = {one["aggregate_id"] for one in (await get(department, "/improvements", limit=500))["items"]}
        assert quality in seen
        assert technical not in seen
        assert (await department.get(f"/improvements/{technical}")).status_code == 404


async def test_a_subscription_opens_cases_to_a_department_until_it_ends(house: Up, specialist: Speaker) -> None:
    case = await specialist.register()
    async with signed_in(house.url, "admin") as admin, signed_in(house.url, "quality") as department:
        path = f"/cases/{case['id']}"
        assert (await department.get(path, after=case["sequence"])).status_code == 404
        told = await _send(admin, "/departments", name="质量部订阅", dept="QUALITY", topics=["FeedbackReceived"])
        assert (await department.get(path, after=told["sequence"])).status_code == 200
        assert (await admin.client.get(f"/departments/{told['id']}")).status_code == 200
        ended = await _send(admin, f"/departments/{told['id']}/remove-department", reason="并入技术部")
        assert (await department.get(path, after=ended["sequence"])).status_code == 404


async def test_a_draft_of_a_report_is_seen_by_those_who_review_it(house: Up, specialist: Speaker) -> None:
    position = (await specialist.register())["sequence"]
    async with signed_in(house.url, "analyst") as analyst, signed_in(house.url, "quality") as department:
        drafted = await _send(analyst, "/reports", period="2026-09", cut_off_position=position)
        path = f"/reports/{drafted['id']}"
        for reader in (analyst, department):
            row = await get(reader, path, after=drafted["sequence"])
            assert (row["standing"], row["author"], row["period"]) == ("DRAFTED", "analyst", "2026-09")
            assert (await reader.client.get(path)).status_code == 200


@pytest.mark.proves("B-19")
async def test_an_improvement_that_was_not_closed_in_time_is_flagged_and_taken_up(
    house: Up, specialist: Speaker
) -> None:
    case = await specialist.register()
    opened_at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=61)
    async with signed_in(house.url, "supervisor") as supervisor, signed_in(house.url, "quality") as quality:
        body = {
            "source": "CASE",
            "finding": "来料检验仍未改进",
            "evidence_cases": [case["id"]],
            "department": "QUALITY",
        }
        opened = await _send(supervisor, "/improvements", **body, at=opened_at.isoformat(), late_reason="纸质记录补录")
        path = f"/improvements/{opened['id']}"

        async def is_raised() -> bool:
            return (await get(quality, path))["level"] == 2

        await until(is_raised)
        row = await get(quality, path)
        assert (row["is_overdue"], row["told"]) == (True, ["QUALITY", "SUPERVISOR"])
        assert datetime.fromisoformat(row["close_by"]) - opened_at == timedelta(days=60)
        events = (await get(quality, f"{path}/events"))["items"]
        assert [one["type"] for one in events][1:] == ["Escalated", "SlaBreached", "Escalated"]
        assert events[2]["data"]["due_at"] == row["close_by"]
        link = f"{path}/acknowledge-improvement-escalation?clock=IMPROVEMENT&amp;level"
        whole = await supervisor.client.get("/escalations")
        assert body["finding"] in whole.text
        assert f"{link}=2" in whole.text
        assert f"{link}=1" in (await quality.client.get("/escalations")).text
        form = (await quality.client.get(f"{link}=1".replace("&amp;", "&"))).text
        assert 'value="IMPROVEMENT" selected' in form
        taking = f"{path}/acknowledge-improvement-escalation"
        higher = await quality.send(taking, json.dumps({"clock": "IMPROVEMENT", "level": 2}))
        assert higher.status_code == 403
        taken = await _send(quality, taking, clock="IMPROVEMENT", level=1)
        assert (await get(quality, path, after=taken["sequence"]))["told"] == ["SUPERVISOR"]
        assert body["finding"] not in (await quality.client.get("/escalations")).text
        assert body["finding"] in (await quality.client.get("/escalations?told=all")).text
