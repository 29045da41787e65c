"""Visits that do not go as planned, and services of other kinds, through the API as everybody who takes part."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.crew import OWN, Crew
from tests.e2e.walking import get
from tests.e2e.walks import Step
from tests.e2e.walks_dispatch import SIGNATURE_REFUSED, W3, W4, W5, W6, W7
from tests.e2e.walks_kinds import PHOTO_BAN, QUOTED, RETURN, SILENT, TRAINED, WITHDRAWN


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        pytest.param(W3, "VERIFIED", id="W3"),
        pytest.param(W7, "VERIFIED", id="W7"),
        pytest.param(SIGNATURE_REFUSED, "ARCHIVED", id="signature-refused"),
        pytest.param(RETURN, "CLOSED", id="return"),
        pytest.param(TRAINED, "VERIFIED", id="training"),
        pytest.param(WITHDRAWN, "VERIFIED", id="withdrawn"),
        pytest.param(PHOTO_BAN, "ARCHIVED", id="photo-ban"),
        pytest.param(SILENT, "EVALUATED", id="silent"),
    ],
)
@pytest.mark.proves("B-07", "B-10", "B-23", "B-24", "B-29", "B-32")
async def test_a_walk_comes_to_its_end_and_nothing_else_happens(crew: Crew, steps: Sequence[Step], state: str) -> None:
    _, found = await crew.walked(steps)
    assert found["state"] == state


@pytest.mark.proves("R-2.2.3-b")
async def test_a_visit_refused_twice_is_approved_by_a_delegate_and_both_names_are_kept(crew: Crew) -> None:
    now = datetime.now(UTC)
    times = {"valid_from": (now - timedelta(hours=2)).isoformat(), "valid_to": (now + timedelta(hours=2)).isoformat()}
    delegation = {"delegate": "production", **times, "reason": "出差"}
    answer = await crew.speakers["supervisor"].send("/staff/supervisor/appoint-delegate", json.dumps(delegation))
    assert answer.status_code == 201, answer.text
    walker, found = await crew.walked(W4)
    assert found["state"] == "ONSITE_APPROVED"
    events = await get(crew.speakers["specialist"], f"/cases/{walker.case_id}/events")
    approved = events["items"][-1]
    told = (approved["actor"], approved["actor_role"], approved["data"]["delegate_of"])
    assert told == ("production", "SUPERVISOR", "supervisor")


@pytest.mark.proves("R-2.3.2-c")
async def test_a_customer_refuses_a_plan_and_signs_for_the_next_one_as_himself(crew: Crew) -> None:
    walker, found = await crew.walked(W5, **OWN)
    assert found["state"] == "VERIFIED"
    events = (await get(crew.speakers["specialist"], f"/cases/{walker.case_id}/events"))["items"]
    versions = [one["data"]["plan_version"] for one in events if one["type"] in ("PlanProposed", "PlanAgreed")]
    assert versions == [1, 2, 2]
    assert [one["actor_role"] for one in events if one["type"] in ("PlanRefused", "PlanAgreed")] == ["CUSTOMER"] * 2


@pytest.mark.proves("R-2.3.4-c")
async def test_the_resolution_of_a_service_that_failed_twice_lasts_until_it_was_verified(crew: Crew) -> None:
    walker, _ = await crew.walked(W6)
    specialist = crew.speakers["specialist"]
    events = (await get(specialist, f"/cases/{walker.case_id}/events"))["items"]
    trials = [(one["data"]["trial_no"], one["data"]["result"]) for one in events if one["type"] == "TrialRunRecorded"]
    assert trials == [(1, "FAIL"), (2, "FAIL"), (3, "PASS")]
    [verified] = [one["occurred_at"] for one in events if one["type"] == "ServiceVerified"]
    clocks = (await get(specialist, f"/cases/{walker.case_id}/clocks"))["items"]
    [resolution] = [one for one in clocks if one["clock"] == "RESOLUTION"]
    assert (resolution["status"], resolution["stopped_at"]) == ("MET", verified)


@pytest.mark.proves("B-05")
async def test_chargeable_work_found_on_site_waits_for_an_accepted_quotation(crew: Crew) -> None:
    _, found = await crew.walked(QUOTED)
    assert found["state"] == "PLAN_AGREED"
