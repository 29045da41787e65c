"""The laws of the event store, the same for every implementation."""

import asyncio
from contextlib import aclosing
from uuid import uuid4

import pytest

from shared.events.envelope import IntegrityError, Recorded, chain_hash
from shared.store.port import NOTHING_YET, Conflict, EventStore, Head, OutcomeUnknown
from tests.contract.drafts import Writer, batch_of
from tests.contract.trials import Trial


async def read_all(store: EventStore, after: int) -> list[Recorded]:
    return [recorded async for batch in store.read(after) for recorded in batch]


def with_flipped_byte(payload: bytes) -> bytes:
    place = payload.index("开".encode())
    return payload[:place] + bytes([payload[place] ^ 1]) + payload[place + 1 :]


async def test_an_aggregate_without_events_has_no_head(store: EventStore) -> None:
    subject = Writer().subject
    assert await store.head(subject) == 0
    assert await store.load(subject) == []


async def test_what_was_appended_is_loaded_in_order(store: EventStore) -> None:
    writer = Writer()
    drafts = await writer.write(store, 5)
    events = await store.load(writer.subject, until=writer.head.sequence)
    assert [event.payload for event in events] == [draft.payload for draft in drafts]
    assert [event.sequence for event in events] == writer.sequences
    assert [event.meta.version for event in events] == [1, 2, 3, 4, 5]
    assert await store.head(writer.subject) == writer.head.sequence


async def test_a_load_goes_on_where_the_last_one_ended(store: EventStore) -> None:
    writer = Writer()
    await writer.write(store, 3)
    known = writer.head
    drafts = await writer.write(store, 2)
    events = await store.load(writer.subject, known, writer.head.sequence)
    assert [event.payload for event in events] == [draft.payload for draft in drafts]


async def test_a_long_aggregate_is_loaded_whole(store: EventStore) -> None:
    writer = Writer()
    while writer.head.version < 2_500:
        drafts, guards = batch_of([writer], 500, await store.last())
        await store.append_batch(drafts, guards)
    events = await store.load(writer.subject, until=writer.head.sequence)
    assert [event.meta.version for event in events] == list(range(1, 2_501))


async def test_an_append_behind_another_event_is_a_conflict(store: EventStore) -> None:
    writer = Writer()
    late = writer.draft()
    await writer.write(store, 2)
    for expected in (0, writer.sequences[0], writer.head.sequence + 1):
        with pytest.raises(Conflict):
            await store.append(late, expected)
    assert await store.head(writer.subject) == writer.head.sequence


async def test_forty_writers_at_once_have_one_winner(trial: Trial) -> None:
    writer = Writer()
    await writer.write(trial.store)
    expected = writer.head.sequence
    drafts = [writer.draft() for _ in range(40)]
    doors = [trial.doors[number % len(trial.doors)] for number in range(40)]
    outcomes = await asyncio.gather(
        *(door.append(draft, expected) for door, draft in zip(doors, drafts, strict=True)), return_exceptions=True
    )
    # An answer of a cluster may come too late, whether the event was stored or not; one server answers all.
    lost = (Conflict, OutcomeUnknown) if len(trial.doors) > 1 else Conflict
    assert all(isinstance(outcome, (int, lost)) for outcome in outcomes), outcomes
    position = await trial.store.head(writer.subject)
    events = await trial.store.load(writer.subject, until=position)
    assert [event.sequence for event in events] == [expected, position]
    (winner,) = [number for number, draft in enumerate(drafts) if draft.payload == events[1].payload]
    won = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, int)]
    assert won == [winner] or (not won and isinstance(outcomes[winner], OutcomeUnknown))
    assert outcomes[winner] == position or not won


async def test_an_answer_lost_after_the_event_was_stored_is_found_by_its_command_id(trial: Trial) -> None:
    writer = Writer()
    await writer.write(trial.store)
    draft = writer.draft(command_id := str(uuid4()))
    async with trial.loses_answers(writer.subject):
        with pytest.raises(OutcomeUnknown):
            await trial.store.append(draft, writer.head.sequence)
    head = await trial.store.head(writer.subject)
    events = await trial.store.load(writer.subject, writer.head, head)
    assert [event.meta.command_id for event in events] == [command_id]


async def test_the_same_append_again_is_never_taken_for_a_new_one(store: EventStore) -> None:
    writer = Writer()
    draft = writer.draft()
    writer.stored(draft, await store.append(draft, 0))
    for expected in (0, writer.head.sequence):
        with pytest.raises((Conflict, OutcomeUnknown)):
            await store.append(draft, expected)
    assert len(await store.load(writer.subject, until=writer.head.sequence)) == 1


async def test_a_known_message_id_on_another_subject_is_no_success(store: EventStore) -> None:
    first, second = Writer(), Writer()
    (stored,) = await first.write(store)
    other = second.draft()
    with pytest.raises(OutcomeUnknown):
        await store.append(
            type(other)(other.subject, other.payload, stored.event_id, other.type, other.version, other.command_id), 0
        )
    assert await store.head(second.subject) == 0
    await second.write(store)


async def test_a_batch_is_stored_whole_and_in_order(store: EventStore) -> None:
    writers = [Writer() for _ in range(20)]
    await writers[0].write(store, 2)
    last = await store.last()
    drafts, guards = batch_of(writers, 50, last)
    assert await store.append_batch(drafts, guards) == last + 1_000
    assert [event.payload for event in await read_all(store, last)] == [draft.payload for draft in drafts]


async def test_a_batch_of_one_is_stored(store: EventStore) -> None:
    writer = Writer()
    draft = writer.draft()
    assert await store.append_batch([draft], [0]) == await store.head(writer.subject)


async def test_the_events_of_a_kind_come_in_order_behind_any_position_up_to_the_last(store: EventStore) -> None:
    writers = [Writer(f"evt.{kind}.{uuid4().hex}") for kind in ("mould", "case", "mould")]
    last = await store.last()
    drafts, guards = batch_of(writers, 2, last)
    await store.append_batch(drafts, guards)
    moulds = sorted(writers[0].sequences + writers[2].sequences)
    for after in range(last, last + 7):
        found = [recorded.sequence async for page in store.of_kind("mould", after) for recorded in page]
        assert found == [position for position in moulds if position > after]
    assert [page async for page in store.of_kind("improvement", 0)] == []


async def test_a_batch_with_one_stale_guard_stores_nothing(store: EventStore) -> None:
    fresh, stale = Writer(), Writer()
    await stale.write(store, 2)
    last, first = await store.last(), stale.sequences[0]
    drafts = [fresh.draft(), stale.draft(), fresh.draft(version=2)]
    with pytest.raises(Conflict):
        await store.append_batch(drafts, [0, first, 0])
    assert await store.last() == last
    assert await store.head(fresh.subject) == 0


async def test_a_batch_with_a_known_event_stores_nothing(store: EventStore) -> None:
    writer, other = Writer(), Writer()
    (known,) = await writer.write(store)
    last = await store.last()
    with pytest.raises(OutcomeUnknown):
        await store.append_batch([other.draft(), known], [0, writer.head.sequence])
    assert await store.last() == last


@pytest.mark.parametrize("count", [0, 1_001])
async def test_a_batch_has_at_least_one_and_at_most_a_thousand_events(store: EventStore, count: int) -> None:
    last = await store.last()
    drafts, guards = batch_of([Writer()], count, last)
    with pytest.raises(ValueError, match="1000"):
        await store.append_batch(drafts, guards)
    assert await store.last() == last


async def test_the_log_is_read_without_a_gap_from_any_position(store: EventStore) -> None:
    start = await store.last()
    writers = [Writer() for _ in range(7)]
    drafts, guards = batch_of(writers, 6, start)
    end = await store.append_batch(drafts, guards)
    for after in range(start, end + 1):
        events = await read_all(store, after)
        assert [event.sequence for event in events] == list(range(after + 1, end + 1))
        assert [event.payload for event in events] == [draft.payload for draft in drafts[after - start :]]
    await store.make_sure_of_all()


async def test_a_follower_sees_what_comes(store: EventStore) -> None:
    writer = Writer()
    await writer.write(store, 2)
    seen: list[int] = []
    async with asyncio.timeout(10), aclosing(store.read(writer.sequences[0], follow=True)) as batches:  # type: ignore[type-var]
        async for batch in batches:
            seen += [event.sequence for event in batch]
            if len(seen) < 5:
                await writer.write(store)
            else:
                break
    assert seen == writer.sequences[1:]


async def test_a_position_behind_the_end_of_the_log_means_that_events_were_lost(store: EventStore) -> None:
    with pytest.raises(IntegrityError, match="ends at"):
        await read_all(store, await store.last() + 1)


async def test_a_load_behind_a_head_of_another_history_is_refused(store: EventStore) -> None:
    writer = Writer()
    await writer.write(store, 2)
    first, second = writer.sequences
    for wrong in (Head(first, 1, "0" * 64), Head(first, 2, writer.head.hash)):
        with pytest.raises(IntegrityError):
            await store.load(writer.subject, wrong, second)


@pytest.mark.parametrize("lie", ["flipped byte", "version", "fork"])
async def test_a_log_that_was_altered_is_neither_loaded_nor_read(store: EventStore, lie: str) -> None:
    writer = Writer()
    (first,) = await writer.write(store)
    altered = {
        "flipped byte": writer.draft(prev=chain_hash("", with_flipped_byte(first.payload))),
        "version": writer.draft(version=3),
        "fork": writer.draft(version=1, prev=""),
    }[lie]
    before = await store.last()
    position = await store.append(altered, writer.head.sequence)
    with pytest.raises(IntegrityError):
        await store.load(writer.subject, until=position)
    with pytest.raises(IntegrityError):
        await store.load(writer.subject, writer.head, position)
    for after in (writer.head.sequence - 1, before):
        with pytest.raises(IntegrityError):
            await read_all(store, after)


async def test_a_payload_that_is_no_event_is_neither_loaded_nor_read(store: EventStore) -> None:
    writer = Writer()
    draft = writer.draft()
    broken = type(draft)(draft.subject, b"{}", draft.event_id, draft.type, draft.version, draft.command_id)
    position = await store.append(broken, 0)
    with pytest.raises(IntegrityError):
        await store.load(writer.subject, NOTHING_YET, position)
    with pytest.raises(IntegrityError):
        await read_all(store, position - 1)
