"""Clocks that stand still, another policy, escalation, and word to the customer."""

from typing import Any

import pytest

from services.followup.policies_time import escalate_reasons
from shared.events.catalogue import decode
from shared.events.envelope import Recorded
from shared.reactors.policy import Consequence
from shared.store.order import Known
from tests.support import samples
from tests.support.desk import Desk, codes
from tests.support.past import REQUEST, Fact, happened, triaged
from tests.support.samples import NOON, at

DAY = 24
REFUSED: Fact = (
    "OnsiteRejected",
    {"reason": "NO_RESOURCE", "alternative": "先寄备件", "customer_informed_at": at(0)},
)


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    desk.evidence.keep("sha256:" + "e" * 64)
    levels = samples.service_levels(version=2, effective_from=at(0))
    targets = levels["content"]["targets"]
    levels["content"] |= {
        "targets": targets | {"RESOLUTION": targets["FIRST_RESPONSE"]},
        "pausable": ["RESOLUTION"],
    }
    answer = await desk.send("PublishSlaPolicy", levels, to="standard", by="supervisor")
    assert answer.status == 201, answer.body
    return desk


def pause(**changes: Any) -> dict[str, Any]:
    body = {"clocks": ["RESOLUTION"], "reason": "WAIT_WINDOW", "evidence_ref": "sha256:" + "e" * 64}
    return {**body, "expected_until": at(2 * DAY), **changes}


async def open_case(desk: Desk, *facts: Fact) -> str:
    case_id = await desk.register()
    await happened(desk, case_id, triaged(), *facts)
    return case_id


@pytest.mark.proves("B-19")
async def test_a_clock_stands_still_and_runs_again(desk: Desk) -> None:
    case_id = await open_case(desk)
    assert (await desk.send("PauseClocks", pause(), to=case_id)).status == 201
    again = await desk.send("PauseClocks", pause(), to=case_id)
    assert codes(again) == {"clocks[0]": "S-GUARD"}
    assert (await desk.send("ResumeClocks", {"cause": "客户已停机"}, to=case_id)).status == 201
    (found,) = (await desk.aggregates.refresh(f"evt.case.{case_id}")).state.followup.pauses
    assert found.to is not None
    assert (await desk.send("ResumeClocks", {"cause": "再次"}, to=case_id)).body["code"] == "S-GUARD"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"clocks": []}, {"clocks": "V-REQ"}),
        ({"clocks": ["RESOLUTION", "RESOLUTION"]}, {"clocks[1]": "V-DUP"}),
        ({"clocks": ["FIRST_RESPONSE"]}, {"clocks[0]": "S-GUARD"}),
        ({"expected_until": at(-1)}, {"expected_until": "V-TIME"}),
        ({"reason": "WAIT_SPARES"}, {"reason": "V-ENUM"}),
        ({"evidence_ref": "sha256:" + "9" * 64}, {"evidence_ref": "V-FILE"}),
        ({"expected_until": at(8 * DAY)}, {"expected_until": "A-ROLE"}),
    ],
)
async def test_a_fault_of_a_pause_is_named(desk: Desk, changes: dict[str, Any], told: dict[str, str]) -> None:
    case_id = await open_case(desk)
    assert codes(await desk.send("PauseClocks", pause(**changes), to=case_id)) == told


async def test_a_longer_pause_is_a_supervisors(desk: Desk) -> None:
    case_id = await open_case(desk)
    answer = await desk.send("PauseClocks", pause(expected_until=at(8 * DAY)), to=case_id, by="supervisor")
    assert answer.status == 201


async def test_working_days_are_those_of_the_calendar_in_force(desk: Desk) -> None:
    assert NOON.isoformat() == "2026-11-23T04:00:00+00:00"
    case_id = await open_case(desk)
    eight_days = pause(expected_until=at(8 * DAY))
    assert codes(await desk.send("PauseClocks", eight_days, to=case_id)) == {"expected_until": "A-ROLE"}
    closed_on_friday = samples.calendar(holidays=["2026-11-27"])
    answer = await desk.send("PublishCalendar", closed_on_friday, to="company-calendar", by="supervisor")
    assert answer.status == 201, answer.body
    assert (await desk.send("PauseClocks", eight_days, to=case_id)).status == 201


async def test_a_case_is_measured_by_another_version_of_the_policy(desk: Desk) -> None:
    case_id = await open_case(desk)
    body = {"policy_version": 1, "calendar_version": "0", "reason": "合同约定"}
    assert (await desk.send("RebasePolicy", body, to=case_id, by="supervisor")).status == 201
    assert (await desk.stored(case_id, -1))["previous"]["policy_version"] == 2
    unknown = await desk.send("RebasePolicy", body | {"policy_version": 7}, to=case_id, by="supervisor")
    assert codes(unknown) == {"policy_version": "V-REF"}


RAISED = {"clock": "APPROVAL", "level": 3, "trigger": "TWO_REFUSALS", "to": ["SUPERVISOR"]}


@pytest.mark.proves("B-19")
async def test_an_escalation_is_raised_once_and_taken_up_by_who_was_told(desk: Desk) -> None:
    case_id = await open_case(desk)
    assert (await desk.send("Escalate", RAISED, to=case_id, by="system")).status == 201
    assert (await desk.send("Escalate", RAISED, to=case_id, by="system")).status == 200
    taken = {"clock": "APPROVAL", "level": 3}
    assert (await desk.send("AcknowledgeEscalation", taken, to=case_id)).body["code"] == "A-ROLE"
    assert (await desk.send("AcknowledgeEscalation", taken, to=case_id, by="supervisor")).status == 201
    again = await desk.send("AcknowledgeEscalation", taken, to=case_id, by="supervisor")
    assert codes(again) == {"clock": "S-GUARD"}
    assert (await desk.send("Escalate", RAISED, to=case_id, by="supervisor")).body["code"] == "A-ROLE"


async def refusals(desk: Desk, *facts: Fact) -> list[str]:
    """The commands that follow the last of these facts."""
    case_id = await open_case(desk, *facts)
    last: Recorded = (await desk.events(case_id))[-1]
    state = (await desk.aggregates.refresh(f"evt.case.{case_id}")).state
    known = Known({"policy.standard": (await desk.aggregates.get("evt.policy.standard")).state})
    found = escalate_reasons(last, decode(last), state, known)
    return [one.command for one in found if isinstance(one, Consequence)]


async def test_two_refused_visits_are_raised_and_one_is_not(desk: Desk) -> None:
    asked: Fact = ("OnsiteRequested", REQUEST)
    assert await refusals(desk, asked, REFUSED) == []
    assert await refusals(desk, asked, REFUSED, asked, REFUSED) == ["Escalate"]


@pytest.mark.proves("B-20")
async def test_a_message_is_asked_for_and_sent_once(desk: Desk) -> None:
    case_id = await open_case(desk)
    message = {"via": "EMAIL", "to": "buyer@example.com", "text": "请确认处理结果", "trigger": "CONFIRM_REQUEST"}
    asked = await desk.send("RequestMessage", message, to=case_id)
    sent = message | {"request_event_id": asked.body["event"]["id"], "delivered": True}
    assert (await desk.send("NotifyCustomer", sent, to=case_id, by="system")).status == 201
    again = await desk.send("NotifyCustomer", sent, to=case_id)
    assert codes(again) == {"request_event_id": "V-REF"}
    (kept,) = (await desk.aggregates.refresh(f"evt.case.{case_id}")).state.followup.messages
    assert kept.sent_at is not None
    assert kept.at == samples.NOON
