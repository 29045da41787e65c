"""A normal visit (W1) and a service from afar (W2), from the report to the closed case, through both doors."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.running import Up
from tests.e2e.speaking import Speaker, signed_in
from tests.e2e.walking import Door, HttpDoor, LineDoor, Walker, get, stored_files
from tests.e2e.walks import W1, W2, Step

PEOPLE = (
    "specialist",
    "supervisor",
    "engineer",
    "technician",
    "sales",
    "analyst",
    "quality",
    "auditor",
)


class Deployment:
    """A running product and its people."""

    def __init__(self, data: Path, speakers: dict[str, Speaker], files: dict[str, str]) -> None:
        self.data = data
        self.speakers = speakers
        self.files = files

    def door(self, name: str) -> Door:
        return HttpDoor(self.speakers) if name == "http" else LineDoor(self.data)


@pytest.fixture(scope="module")
async def deployment(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    running = Up(tmp_path_factory.mktemp("walks") / "data", "--sample")
    try:
        await running.ready()
        async with AsyncExitStack() as stack:
            speakers = {name: await stack.enter_async_context(signed_in(running.url, name)) for name in PEOPLE}
            yield Deployment(running.data, speakers, await stored_files(speakers["specialist"]))
    finally:
        await running.end()


@pytest.mark.parametrize("door", ["http", "line"])
@pytest.mark.parametrize(("name", "steps", "points"), [("W1", W1, ["D7", "M1"]), ("W2", W2, ["D7"])], ids=["W1", "W2"])
async def test_a_whole_walk_ends_closed_with_the_figures_it_made(
    deployment: Deployment, door: str, name: str, steps: Sequence[Step], points: list[str]
) -> None:
    specialist, customer = deployment.speakers["specialist"], f"{name} {door} 有限公司"
    walker = Walker(deployment.door(door), specialist, deployment.files)
    await walker.take(steps, refused=door == "http", customer_name=customer, claimed_urgency="URGENT")
    planned = [event for step in steps for event in (step.event, *step.then)]
    assert walker.events == planned
    assert await walker.happened() == planned
    found = await get(specialist, f"/cases/{walker.case_id}")
    assert (found["state"], found["archive_no"]) == ("CLOSED", f"{walker.case_id}-1")
    assert found["next_deadline"] is None
    clocks = (await get(specialist, f"/cases/{walker.case_id}/clocks"))["items"]
    assert {one["status"] for one in clocks} == {"MET"}
    assert [one["part"] for one in clocks if one["clock"] == "CALLBACK"] == points
    passed = {"FIRST_RESPONSE", "TRIAGE", "REMOTE_RESULT", "RESOLUTION", "ARCHIVE", "PROGRESS", "CALLBACK"}
    on_site = {"CONSULTATION", "APPROVAL", "ARRIVAL"} if name == "W1" else set()
    assert {one["clock"] for one in clocks} - {"DEPARTMENT_REPLY"} == passed | on_site
    assert _told(await _figures(specialist, customer)) == {
        "M-01": (1, 1),
        "M-04": (1, 1.0),
        "M-07": [],
        "M-08": {"process": 5, "result": 4, "attitude": 5, "timeliness": None, "final_score": 5},
        "M-10": ["I-PQ-01"],
        "cases": [walker.case_id],
    }


async def _figures(speaker: Speaker, customer: str) -> dict[str, Any]:
    """This month's figures of one customer; the month of the report, should it have changed meanwhile."""
    for period in (f"{datetime.now(UTC):%Y-%m}", f"{datetime.now(UTC):%Y}"):
        found = await get(speaker, "/metrics", period=period, by="customer")
        for group in found["groups"]:
            if group["by"]["customer"] == customer and group["received"]:
                return dict(group)
    raise LookupError(customer)


def _told(group: dict[str, Any]) -> dict[str, Any]:
    return {
        "M-01": (group["response_time"]["n"], group["received"]),
        "M-04": (group["resolution_rate"]["n"], group["resolution_rate"]["rate"]),
        "M-07": group["overdue_rates"],
        "M-08": {one["dimension"]: one["mean"] for one in group["satisfaction"]["dimensions"]},
        "M-10": [bar["code"] for bar in group["fault_types"]["codes"]],
        "cases": group["fault_types"]["codes"][0]["cases"],
    }


async def test_whoever_asked_for_a_visit_does_not_approve_it_and_a_rejected_one_is_asked_again(
    deployment: Deployment,
) -> None:
    walker = Walker(deployment.door("http"), deployment.speakers["specialist"], deployment.files)
    await walker.take(W1[:7], refused=False)
    await _grant(deployment, ["SPECIALIST", "SUPERVISOR"])
    try:
        request = {"reason": "REMOTE_FAILED", "justification": "远程无效", "expected_days": 1, "people_needed": 1}
        request |= {"service_mode": "ONSITE", "zone": "A"}
        door = deployment.door("http")
        status, _ = await door.send("RequestOnsite", walker.case_id, request, "specialist")
        assert status == 201
        status, told = await door.send("ApproveOnsite", walker.case_id, {}, "specialist")
        assert (status, told["code"]) == (403, "A-SELF")
    finally:
        await _grant(deployment, ["SPECIALIST"])
    no = {"reason": "FEE_OPEN", "alternative": "先确认费用", "customer_informed_at": datetime.now(UTC).isoformat()}
    status, told = await door.send("RejectOnsite", walker.case_id, no, "supervisor")
    assert (status, told["state"]) == (201, "DIAGNOSING")
    assert (await door.send("RequestOnsite", walker.case_id, request, "engineer"))[0] == 201
    assert (await door.send("ApproveOnsite", walker.case_id, {}, "supervisor"))[1]["state"] == "ONSITE_APPROVED"


async def _grant(deployment: Deployment, roles: list[str]) -> None:
    status, told = await LineDoor(deployment.data).send(
        "GrantRole", "specialist", {"roles": roles, "reason": "试用"}, "admin"
    )
    assert status == 201, told


async def test_a_dissatisfied_customer_keeps_a_case_open(deployment: Deployment) -> None:
    walker = Walker(deployment.door("http"), deployment.speakers["specialist"], deployment.files)
    await walker.take(W2[:-1], refused=False)
    unhappy = W2[-1]
    body = {**unhappy.body(**unhappy.changes, final_satisfaction=2), "done_at": datetime.now(UTC).isoformat()}
    door = deployment.door("http")
    status, told = await door.send("CompleteCallback", walker.case_id, body, "specialist")
    assert (status, told["state"]) == (201, "ARCHIVED")
    status, told = await door.send("CloseCase", walker.case_id, {}, "specialist")
    assert (status, told["code"]) == (409, "S-GUARD")
    found = await get(deployment.speakers["specialist"], f"/cases/{walker.case_id}", after=told.get("sequence", 0))
    assert found["state"] == "ARCHIVED"
