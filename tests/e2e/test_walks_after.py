"""What comes after a service, and what ends without one, through the API as everybody who takes part."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from tests.e2e.crew import OWN, Crew, planned
from tests.e2e.speaking import codes
from tests.e2e.walking import Walker, get
from tests.e2e.walks import W1, Step
from tests.e2e.walks_ends import (
    CANCELLED_IN_ERROR,
    CHANGE,
    MERGED,
    QUOTATION_REFUSED,
    REPORTED,
    TRANSFERRED,
    UNMERGED,
)
from tests.e2e.walks_followup import (
    ABOUT_SUPERVISOR,
    BY_CUSTOMER,
    BY_POST,
    COMPLAINT,
    CYCLE,
    DISSATISFIED,
    IMPROVED,
    MADE_GOOD,
    MESSAGED,
    PAUSED,
    REOPENED_TWICE,
    TAKEN_UP,
    W8,
    W10,
)
from tests.support.now import acknowledgement_now
from tests.waiting import until


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        pytest.param(BY_CUSTOMER, "CLOSED", id="call-back-by-customer"),
        pytest.param(BY_POST, "EVALUATED", id="spare-by-post"),
        pytest.param(COMPLAINT, "EVALUATED", id="complaint"),
        pytest.param(ABOUT_SUPERVISOR, "VERIFIED", id="complaint-about-supervisor"),
        pytest.param(TAKEN_UP, "ONSITE_REQUESTED", id="escalation-taken-up"),
        pytest.param(PAUSED, "VERIFIED", id="paused"),
        pytest.param(MESSAGED, "TRIAGED", id="messages"),
        pytest.param(TRANSFERRED, "TRIAGED", id="transferred"),
        pytest.param(QUOTATION_REFUSED, "CANCELLED", id="quotation-refused"),
        pytest.param(CHANGE, "VERIFIED", id="change"),
    ],
)
@pytest.mark.proves("R-1.2-a", "R-1.2-b", "R-2.5.1-b", "B-05", "B-09", "B-10", "B-11", "B-12", "B-19", "B-20")
async def test_a_walk_comes_to_its_end_and_nothing_else_happens(crew: Crew, steps: Sequence[Step], state: str) -> None:
    _, found = await crew.walked(steps, **OWN)
    assert found["state"] == state


@pytest.mark.parametrize(
    ("steps", "cycles"), [pytest.param(W8, 2, id="W8"), pytest.param(REOPENED_TWICE, 3, id="reopened-twice")]
)
@pytest.mark.proves("R-2.5.1-b")
async def test_a_dissatisfied_customer_is_served_again_until_the_case_is_closed(
    crew: Crew, steps: Sequence[Step], cycles: int
) -> None:
    walker, found = await crew.walked(steps, hours=cycles * CYCLE)
    assert (found["state"], found["cycle"], found["archive_no"]) == ("CLOSED", cycles, f"{walker.case_id}-{cycles}")
    events = (await get(crew.speakers["specialist"], f"/cases/{walker.case_id}/events", after=walker.position))["items"]
    called = [(one["cycle"], one["data"]["result"]) for one in events if one["type"] == "CallbackDone"]
    assert called == [(1, "DISSATISFIED"), *((cycle, "SATISFIED") for cycle in range(2, cycles + 1))]
    assert "flags" not in events[-1]["data"]


@pytest.mark.proves("R-2.5.1-a", "R-2.4.2-b")
async def test_a_dissatisfied_customer_agrees_in_writing_to_an_improvement(crew: Crew) -> None:
    walker = crew.walker()
    await walker.take(DISSATISFIED, refused=True)
    fields = {"source": "CALLBACK", "finding": "飞边复现", "evidence_cases": [walker.case_id], "department": "QUALITY"}
    answer = await crew.speakers["specialist"].send("/improvements", json.dumps(fields))
    assert answer.status_code == 201, answer.text
    walker.names["<improvement>"] = answer.json()["id"]
    await walker.take(IMPROVED, refused=True)
    events = (await get(crew.speakers["specialist"], f"/cases/{walker.case_id}/events", after=walker.position))["items"]
    assert await walker.happened() == planned((*DISSATISFIED, *IMPROVED))
    closed = events[-1]["data"]
    assert (closed["improvement_id"], closed["flags"]) == (walker.names["<improvement>"], ["DISSATISFIED"])


@pytest.mark.proves("R-2.5.1-b")
async def test_a_customer_whom_nobody_reaches_is_given_up_and_the_case_closed_with_a_flag(crew: Crew) -> None:
    walker = crew.walker(72.0, span=timedelta(hours=60))
    await walker.take(W10, refused=True)
    assert walker.events == planned(W10)
    assert (await crew.case(walker))["state"] == "CLOSED"
    events = (await get(crew.speakers["specialist"], f"/cases/{walker.case_id}/events", after=walker.position))["items"]
    given_up = next(one["data"] for one in events if one["type"] == "CallbackUnreachable")
    assert given_up["attempts"] == 4
    assert "UNREACHABLE" in events[-1]["data"]["flags"]
    assert not any(one["type"] == "CallbackDone" for one in events)


@pytest.mark.proves("B-33", "R-2.1.1-b")
async def test_the_earliest_report_of_merged_cases_keeps_the_clock_until_they_part_again(crew: Crew) -> None:
    mould = "M-W9"
    master, other, duplicate = crew.walker(), crew.walker(), crew.walker()
    await master.take(REPORTED, refused=False, mould_no=mould)
    await other.take(REPORTED, refused=False, mould_no="M-W9-OTHER")
    own = await _started(crew, master)
    duplicate.names |= {"<master>": master.case_id, "<stranger>": other.case_id}
    await duplicate.take(MERGED, refused=True, mould_no=mould)
    await _has(master, ["FeedbackReceived", "DuplicateAbsorbed"])
    [absorbed] = (await get(crew.speakers["specialist"], f"/cases/{master.case_id}/events"))["items"][1:]
    told = absorbed["data"]
    assert (absorbed["actor"], told["from_case_id"], told["channel"]) == ("system", duplicate.case_id, "SALES_RELAY")
    assert await _started(crew, master) == datetime.fromisoformat(told["relay_received_at"]) < own
    await duplicate.take(UNMERGED, refused=True)
    await _has(master, ["FeedbackReceived", "DuplicateAbsorbed", "DuplicateReleased"])
    assert await _started(crew, master) == own
    assert await duplicate.happened() == planned((*MERGED, *UNMERGED))


async def _has(walker: Walker, types: list[str]) -> None:
    async def happened() -> bool:
        return await walker.happened() == types

    await until(happened, seconds=30)


async def _started(crew: Crew, walker: Walker) -> datetime:
    """When the first response began to be waited for."""
    clocks = (await get(crew.speakers["specialist"], f"/cases/{walker.case_id}/clocks"))["items"]
    [first] = [one for one in clocks if one["clock"] == "FIRST_RESPONSE"]
    return datetime.fromisoformat(first["started_at"])


@pytest.mark.proves("R-2.1.2-a")
async def test_a_case_cancelled_in_error_begins_again_in_a_second_cycle(crew: Crew) -> None:
    _, found = await crew.walked(CANCELLED_IN_ERROR)
    assert (found["state"], found["cycle"]) == ("TRIAGED", 2)


@pytest.mark.proves("B-14", "B-15")
async def test_a_repeated_step_of_the_8d_record_stands_beside_the_analysis_of_the_old_part(crew: Crew) -> None:
    visited = W1[: [one.command for one in W1].index("VerifyService") + 1]
    walker = crew.walker()
    await walker.take(visited, refused=False, claimed_urgency="URGENT")
    await walker.take(MADE_GOOD, refused=True)
    assert await walker.happened() == planned((*visited, *MADE_GOOD))


@pytest.mark.proves("R-2.1.2-d")
async def test_of_two_who_act_at_once_one_is_told_that_the_case_has_changed(crew: Crew) -> None:
    """W12: with If-Match the second gets C-VER; without it is decided again on the new state; nothing is lost."""
    walker = crew.walker()
    await walker.take(REPORTED, refused=False)
    path, first, second = f"/cases/{walker.case_id}", crew.speakers["specialist"], crew.speakers["supervisor"]
    note = json.dumps({"via": "HOTLINE", "to": "张伟", "text": "已受理", "trigger": "STATE"})
    both = await asyncio.gather(*(one.send(f"{path}/notify-customer", note, If_Match='"1"') for one in (first, second)))
    assert sorted(one.status_code for one in both) == [201, 409]
    [stale] = [one for one in both if one.status_code == 409]
    assert codes(stale) == {"If-Match": "C-VER"}
    both = await asyncio.gather(*(one.send(f"{path}/notify-customer", note) for one in (first, second)))
    assert sorted(one.json()["version"] for one in both) == [3, 4]
    answers = await asyncio.gather(
        *(one.send(f"{path}/acknowledge-case", acknowledgement_now()) for one in (first, second))
    )
    assert sorted(one.status_code for one in answers) == [201, 409]
    [again] = [one for one in answers if one.status_code == 409]
    assert again.json()["code"] == "S-GUARD"
    assert await walker.happened() == ["FeedbackReceived", *["CustomerNotified"] * 3, "CaseAcknowledged"]
