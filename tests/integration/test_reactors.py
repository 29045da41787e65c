"""Reactors and the tick: what follows from an event is asked for once, however often the event comes."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import msgspec
import pytest

from services.followup.policies import POLICIES
from shared.reactors.leader import Leader
from shared.reactors.policy import Reaction
from shared.reactors.runner import Moved, ReactorRunner
from shared.reactors.sender import PATIENCE, SIDE_BY_SIDE, Outcome, judge
from shared.reactors.tasks import drop, send_again, tasks
from shared.runtime.settings import Settings
from shared.store.commands import Outgoing
from shared.store.request import Answer
from tests.support.machinery import Machinery, machinery_of
from tests.support.samples import NOON, acknowledgement, at, classification, service_levels


@pytest.fixture
async def machinery(deployment: Settings) -> AsyncIterator[Machinery]:
    async with machinery_of(deployment, POLICIES[:1]) as found:
        yield found


async def test_an_unanswered_request_is_flagged_by_the_tick_after_its_time(machinery: Machinery) -> None:
    desk = machinery.desk
    case_id = await desk.register(received_at=at(0))
    assert await machinery.timer.tick()
    assert await desk.types(case_id) == ["FeedbackReceived"]
    desk.later(hours=8, seconds=2)
    await machinery.timer.tick()
    await machinery.timer.tick()
    assert await desk.types(case_id) == ["FeedbackReceived", "SlaBreached"]
    received, breached = await desk.events(case_id)
    assert breached.meta.causation_id == received.meta.event_id
    assert breached.meta.correlation_id == received.meta.correlation_id
    assert breached.meta.actor_role == "SYSTEM"
    assert [row[1] for row in await machinery.rows()] == ["sent"]


async def test_after_a_day_away_everything_is_made_up_for_in_one_tick_with_the_true_times(machinery: Machinery) -> None:
    """Due after 8 h; level 1 at 6 h, level 2 at 8 h, level 3 at 12 h; nobody ticked for 26 h."""
    desk = machinery.desk
    levels = service_levels(version=2, effective_from=at(0))
    levels["content"]["escalation"] = [
        {"level": level, "percent": percent, "to": ["SUPERVISOR"]} for level, percent in ((1, 75), (2, 100), (3, 150))
    ]
    assert (await desk.send("PublishSlaPolicy", levels, to="standard", by="supervisor")).status == 201
    case_id = await desk.register(received_at=at(0))
    desk.later(hours=26)
    await machinery.timer.tick()
    made = await desk.events(case_id)
    assert [one.meta.type for one in made[1:]] == ["Escalated", "SlaBreached", "Escalated", "Escalated"]
    fields = [msgspec.json.decode(bytes(one.raw)) for one in made[1:]]
    assert [one.get("level") for one in fields] == [1, None, 2, 3]
    assert datetime.fromisoformat(fields[1]["due_at"]) == NOON + timedelta(hours=8)
    await machinery.timer.tick()
    assert len(await desk.events(case_id)) == 5


async def test_an_answered_request_is_not_flagged(machinery: Machinery) -> None:
    case_id = await machinery.desk.register(received_at=at(0))
    await machinery.timer.tick()
    machinery.desk.later(hours=1)
    answer = acknowledgement(ack_at=at(1), next_contact_at=at(3))
    assert (await machinery.desk.send("AcknowledgeCase", answer, to=case_id)).status == 201
    machinery.desk.later(hours=9)
    await machinery.timer.tick()
    assert await machinery.desk.types(case_id) == ["FeedbackReceived", "CaseAcknowledged"]
    assert [row[1] for row in await machinery.rows()] == ["withdrawn"]


async def test_a_case_made_urgent_is_flagged_at_its_new_due_time(machinery: Machinery) -> None:
    case_id = await machinery.desk.register(received_at=at(0))
    await machinery.timer.tick()
    urgent = classification(urgency="URGENT", urgency_basis=["DELIVERY"])
    await machinery.desk.send("Classify", urgent, to=case_id)
    machinery.desk.later(hours=1, seconds=2)
    await machinery.timer.tick()
    assert (await machinery.desk.types(case_id))[-1] == "SlaBreached"


async def test_a_case_rebased_to_a_version_with_the_same_target_is_flagged_by_it(
    machinery: Machinery,
) -> None:
    desk = machinery.desk
    case_id = await desk.register(received_at=at(0))
    await machinery.timer.tick()
    again = service_levels(version=2, effective_from=at(0))
    assert (await desk.send("PublishSlaPolicy", again, to="standard", by="supervisor")).status == 201
    rebase = {"policy_version": 2, "calendar_version": "0", "reason": "新版时限生效"}
    assert (await desk.send("RebasePolicy", rebase, to=case_id, by="supervisor")).status == 201
    desk.later(hours=8, seconds=2)
    await machinery.timer.tick()
    assert await desk.types(case_id) == ["FeedbackReceived", "PolicyRebased", "SlaBreached"]
    assert (await desk.stored(case_id, -1))["policy_version"] == 2
    assert [row[1] for row in await machinery.rows()] == ["sent"]


async def test_a_lost_answer_leads_to_a_second_try_and_one_event(machinery: Machinery) -> None:
    case_id = await machinery.desk.register(received_at=at(0))
    machinery.door.losing = 1
    machinery.desk.later(hours=8, seconds=2)
    await machinery.runner.catch_up()
    assert await machinery.sender.send_due() == 1
    assert [row[1] for row in await machinery.rows()] == ["pending"]
    machinery.desk.later(seconds=5)
    assert await machinery.sender.send_due() == 1
    assert [row[1:] for row in await machinery.rows()] == [("sent", 2)]
    assert await machinery.desk.types(case_id) == ["FeedbackReceived", "SlaBreached"]


async def test_what_is_due_goes_to_many_cases_at_once_and_to_each_in_order(machinery: Machinery) -> None:
    door, seen, most = machinery.door, list[str](), 0
    ask, under_way = door.ask, set[str]()

    async def watched(order: Outgoing, body: bytes) -> Answer:
        nonlocal most
        assert order.aggregate_id is not None
        assert order.aggregate_id not in under_way
        under_way.add(order.aggregate_id)
        most = max(most, len(under_way))
        await asyncio.sleep(0)
        answer = await ask(order, body)
        under_way.remove(order.aggregate_id)
        seen.append(order.aggregate_id)
        return answer

    door.ask = watched  # type: ignore[method-assign]
    cases = [await machinery.desk.register(received_at=at(0)) for _ in range(SIDE_BY_SIDE + 4)]
    await machinery.runner.catch_up()
    async with machinery.pool.connection() as connection:
        for number in (1, 2):
            await connection.execute(SECOND_ROW, {"more": f":{number}", "later": f"{number} minutes", "case": cases[0]})
    machinery.desk.later(hours=9)
    assert await machinery.sender.send_due() == SIDE_BY_SIDE + 6
    assert (most, seen.count(cases[0])) == (SIDE_BY_SIDE, 3)
    keys = [order.command_id for order in door.sent if order.aggregate_id == cases[0]]
    assert [key[-2:] for key in keys[1:]] == [":1", ":2"]


SECOND_ROW = """
insert into runner.outbox select key || %(more)s, reactor, service, command, aggregate_id, body, command_id || %(more)s,
    causation_id, correlation_id, not_before + %(later)s::interval, state, attempts, error, traceparent
from runner.outbox where aggregate_id = %(case)s and key not like '%%:_'"""


async def test_a_sender_leaves_alone_what_other_stages_intend(machinery: Machinery) -> None:
    await machinery.desk.register(received_at=at(0))
    await machinery.runner.catch_up()
    async with machinery.pool.connection() as connection:
        await connection.execute("update runner.outbox set reactor = 'of-another-stage'")
    machinery.desk.later(hours=9)
    assert await machinery.sender.send_due() == 0


async def test_an_intention_that_was_withdrawn_stands_again_when_it_is_wanted_again(machinery: Machinery) -> None:
    await machinery.desk.register(received_at=at(0))
    await machinery.runner.catch_up()
    async with machinery.pool.connection() as connection:
        await connection.execute("update runner.outbox set state = 'withdrawn'")
        await connection.execute("update runner.reactor set position = 0")
    await machinery.runner.catch_up()
    assert [row[1] for row in await machinery.rows()] == ["pending"]


async def test_every_event_delivered_twice_and_cases_in_any_order_give_the_same_rows(machinery: Machinery) -> None:
    desk, runner = machinery.desk, machinery.runner
    cases = [await desk.register(received_at=at(0)) for _ in range(3)]
    await desk.send("AcknowledgeCase", acknowledgement(ack_at=at(0), next_contact_at=at(3)), to=cases[1])
    events = [recorded for case in cases for recorded in await desk.events(case)]
    position, expected = await runner.position(), None
    for order in itertools.permutations(range(3)):
        shuffled = [recorded for case in order for recorded in await desk.events(cases[case])]
        for batch in (shuffled, shuffled):
            for recorded in batch:
                moved = await runner.take(position, [recorded])
                async with machinery.pool.connection() as connection:
                    await connection.execute("update runner.reactor set position = %s", (position,))
                assert moved == recorded.sequence
        rows = await machinery.rows()
        expected = expected or rows
        assert rows == expected
    assert len(events) == 4
    assert sorted(row[1] for row in expected or []) == ["pending", "pending"]


async def test_a_reactor_that_another_process_moved_stops(machinery: Machinery) -> None:
    await machinery.desk.register()
    position = await machinery.runner.position()
    batch = [batch async for batch in machinery.desk.store.read(position)]
    await machinery.runner.take(position, batch[0])
    with pytest.raises(Moved):
        await machinery.runner.take(position, batch[0])
    assert len(await machinery.rows()) == 1


async def test_what_a_policy_cannot_take_is_parked_and_the_rest_goes_on(machinery: Machinery) -> None:
    desk = machinery.desk
    first, second = await desk.register(received_at=at(0)), await desk.register(received_at=at(0))
    sound = POLICIES[0]

    def fails(recorded, event, case, known):  # type: ignore[no-untyped-def]
        if recorded.aggregate_id == first:
            raise ValueError("poison")
        return sound.react(recorded, event, case, known)

    policy = msgspec.structs.replace(sound, react=fails)
    await ReactorRunner(policy, desk.store, desk.aggregates, machinery.pool).catch_up()
    assert [second in row[0] for row in await machinery.rows()] == [True]
    async with machinery.pool.connection() as connection:
        found = await (await connection.execute("select reactor, error from runner.parked_reaction")).fetchall()
    assert found == [("watch-clocks", "ValueError")]


async def test_an_event_that_was_parked_is_taken_once_its_policy_can_or_dropped_with_a_reason(
    machinery: Machinery,
) -> None:
    desk, sound = machinery.desk, POLICIES[0]
    await desk.register(received_at=at(0))
    await desk.register(received_at=at(0))

    def fails(*given: object) -> list[Reaction]:
        raise ValueError("poison")

    broken = ReactorRunner(msgspec.structs.replace(sound, react=fails), desk.store, desk.aggregates, machinery.pool)
    last = await broken.catch_up()
    async with machinery.pool.connection() as connection:
        waiting = [(one.name, one.code) for one in await tasks(connection)]
    assert waiting == [(f"watch-clocks@{position}", "ValueError") for position in (last - 1, last)]
    assert not await broken.again(last)
    assert await machinery.runner.again(last)
    assert not await machinery.runner.again(last)
    assert [row[1] for row in await machinery.rows()] == ["pending"]
    async with machinery.pool.connection() as connection:
        assert await drop(connection, f"watch-clocks@{last - 1}", "重复")
        assert await tasks(connection) == []
    assert not await machinery.runner.again(last - 1)


async def test_a_command_that_was_given_up_is_sent_again_with_its_id_or_dropped_with_a_reason(
    machinery: Machinery,
) -> None:
    await machinery.desk.register(received_at=at(0))
    await machinery.runner.catch_up()
    async with machinery.pool.connection() as connection:
        await connection.execute("update runner.outbox set state = 'parked', error = 'H-503', attempts = 8")
        ((name, code, attempts),) = [(one.name, one.code, one.attempts) for one in await tasks(connection)]
        assert (code, attempts) == ("H-503", 8)
        assert await send_again(connection, name, machinery.desk.clock.now())
        assert not await send_again(connection, name, machinery.desk.clock.now())
        assert await machinery.rows() == [(name, "pending", 0)]
        await connection.execute("update runner.outbox set state = 'parked'")
        assert await drop(connection, name, "客户已撤单")
        assert not await drop(connection, name, "客户已撤单")
        found = await (await connection.execute("select state, dropped_because from runner.outbox")).fetchall()
    assert [tuple(row) for row in found] == [("dropped", "客户已撤单")]


async def test_a_reactor_begins_at_its_explicit_first_position(machinery: Machinery) -> None:
    desk = machinery.desk
    await desk.register(received_at=at(0))
    late = msgspec.structs.replace(POLICIES[0], name="born-later", first_position=await desk.store.last())
    new_one = await desk.register(received_at=at(0))
    await ReactorRunner(late, desk.store, desk.aggregates, machinery.pool).catch_up()
    assert [new_one in row[0] for row in await machinery.rows()] == [True]


async def test_one_process_leads_and_another_takes_over_when_it_is_gone(machinery: Machinery) -> None:
    first, second = Leader(machinery.where, "watch"), Leader(machinery.where, "watch")
    assert await first.leads()
    assert await first.leads()
    assert not await second.leads()
    assert first._connection is not None
    async with machinery.pool.connection() as connection:
        await connection.execute("select pg_terminate_backend(%s)", (first._connection.info.backend_pid,))
    assert await second.leads()
    assert not await first.leads()
    await second.resign()


async def test_a_candidate_that_is_cancelled_leaves_no_session(machinery: Machinery) -> None:
    for yields in range(40):
        candidate = Leader(machinery.where, "watch")
        asked = asyncio.create_task(candidate.leads())
        for _ in range(yields):
            await asyncio.sleep(0.0005)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await candidate.resign()
    assert await candidate.leads()
    await candidate.resign()


@pytest.mark.parametrize(
    ("status", "attempts", "outcome"),
    [
        (201, 0, Outcome.SENT),
        (200, 3, Outcome.SENT),
        (409, 0, Outcome.REFUSED),
        (503, 0, Outcome.PENDING),
        (401, 0, Outcome.PENDING),
        (503, PATIENCE - 1, Outcome.PARKED),
        (422, 0, Outcome.PARKED),
        (403, 0, Outcome.PARKED),
    ],
)
def test_every_answer_has_a_verdict(status: int, attempts: int, outcome: Outcome) -> None:
    verdict = judge(Answer(status, {"code": "X"}), attempts, NOON)
    assert verdict.outcome is outcome
    if outcome is Outcome.PENDING:
        assert verdict.not_before is not None
        assert verdict.not_before > NOON - timedelta(seconds=1)
