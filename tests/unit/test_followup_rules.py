"""Breaches: flagged once, at their true due time, by the system only; and what the watch makes of each event."""

from datetime import timedelta

import pytest

from services.followup.policies_time import watch_clocks
from shared.events.catalogue import decode
from shared.reactors.policy import Consequence, Withdrawal
from shared.reactors.watching import GRACE
from shared.store.order import Known
from tests.support.desk import Desk
from tests.support.samples import NOON, UNKNOWN, acknowledgement, at, classification


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


def breach(hours: float, version: int = 1) -> dict[str, object]:
    return {"clock": "FIRST_RESPONSE", "due_at": at(hours), "policy_version": version}


@pytest.mark.proves("R-2.1.2-d")
async def test_an_unanswered_request_is_flagged_after_its_time_and_only_once(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    desk.later(hours=8)
    early = await desk.send("FlagBreach", breach(8), to=case_id, by="system")
    assert (early.status, early.body["code"]) == (409, "S-GUARD")
    desk.later(seconds=1)
    first = await desk.send("FlagBreach", breach(8), to=case_id, by="system")
    again = await desk.send("FlagBreach", breach(8), to=case_id, by="system")
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert await desk.types(case_id) == ["FeedbackReceived", "SlaBreached"]


async def test_nobody_but_the_system_flags_a_breach(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(-9), fault_at=at(-10))
    answer = await desk.send("FlagBreach", breach(-1), to=case_id, by="supervisor")
    assert (answer.status, answer.body["code"]) == (403, "A-ROLE")


async def test_a_breach_names_the_due_time_that_the_policy_gives(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(-9), fault_at=at(-10))
    assert (await desk.send("FlagBreach", breach(-2), to=case_id, by="system")).status == 409
    assert (await desk.send("FlagBreach", breach(-1, version=2), to=case_id, by="system")).status == 422
    assert (await desk.send("FlagBreach", breach(-1), to=case_id, by="system")).status == 201


async def test_an_answer_in_time_leaves_nothing_to_flag(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    desk.later(hours=8)
    on_time = acknowledgement(ack_at=at(8), next_contact_at=at(9))
    assert (await desk.send("AcknowledgeCase", on_time, to=case_id)).status == 201
    desk.later(hours=1)
    assert (await desk.send("FlagBreach", breach(8), to=case_id, by="system")).status == 409


async def test_unknown_urgency_runs_on_normal_and_urgency_moves_the_due_time(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(-2), fault_at=at(-3), claimed_urgency=UNKNOWN, info_due_at=at(5))
    await desk.send("Classify", classification(urgency="URGENT", urgency_basis=["DELIVERY"]), to=case_id)
    assert (await desk.send("FlagBreach", breach(-1), to=case_id, by="system")).status == 201


@pytest.mark.proves("R-2.1.1-c")
async def test_the_clock_of_a_letter_starts_with_the_first_opening_of_the_day_it_arrived(desk: Desk) -> None:
    body = {"channel": "LETTER", "letter_no": "L-7", "arrived_on": "2026-11-23"}
    case_id = await desk.register(received_at=at(-1), fault_at=at(-30), **body)
    desk.later(hours=5)
    # 08:30 is three and a half hours before noon; eight hours later it is 16:30.
    assert (await desk.send("FlagBreach", breach(4.5), to=case_id, by="system")).status == 201


async def _reactions(desk: Desk, case_id: str) -> list[object]:
    """What the watch makes of every event of a case, each delivered twice."""
    found: list[object] = []
    policy = (await desk.aggregates.get("evt.policy.standard")).state
    known = Known({"policy.standard": policy})
    for recorded in await desk.events(case_id):
        case = (await desk.aggregates.get(recorded.subject)).state
        for _ in range(2):
            found += watch_clocks(recorded, decode(recorded), case, known)
    return found


async def test_the_watch_asks_for_the_same_command_however_often_an_event_comes(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    reactions = await _reactions(desk, case_id)
    assert len(reactions) == 2
    first, second = reactions
    assert isinstance(first, Consequence)
    assert isinstance(second, Consequence)
    assert first == second
    assert first.command_id == second.command_id
    assert first.not_before == NOON + timedelta(hours=8) + GRACE


async def test_the_watch_ends_with_an_answer_in_time(desk: Desk) -> None:
    case_id = await desk.register()
    await desk.send("AcknowledgeCase", acknowledgement(), to=case_id)
    assert all(isinstance(reaction, Withdrawal) for reaction in await _reactions(desk, case_id))
