"""One bit of a stored payload turns on the disk while the server is away: nobody is given a shorter or another log.

The server itself says nothing: what its checksum finds damaged it passes over (ended in order) or cuts off together
with everything behind it (killed, so that it reads its file anew).
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from shared.events.envelope import IntegrityError, Recorded
from shared.store.connection import connect
from shared.store.jetstream import JetStreamStore
from tests.contract.block_file import flip, is_sound
from tests.contract.drafts import Writer
from tests.contract.nodes import Nodes, running_nodes

TEXT = '"text":"开模'


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[Nodes]:
    async with running_nodes(tmp_path, 1) as running:
        yield running


@asynccontextmanager
async def log_of(nodes: Nodes) -> AsyncIterator[JetStreamStore]:
    client = await connect(nodes.access("service"), name="test store")
    async with JetStreamStore(client, timeout=1.0) as store:
        yield store
    await client.close()


async def written(nodes: Nodes) -> tuple[Writer, Writer]:
    """Two aggregates in turns: the first at 1, 3, 5, the second at 2, 4, 6."""
    writers = Writer("evt.case.first"), Writer("evt.case.second")
    async with log_of(nodes) as store:
        for _ in range(3):
            for writer in writers:
                await writer.write(store)
    return writers


async def read(store: JetStreamStore, after: int) -> list[Recorded]:
    async with asyncio.timeout(20):
        return [recorded async for batch in store.read(after) for recorded in batch]


async def assert_refused(store: JetStreamStore, positions: Sequence[int], words: str) -> None:
    """No replay from any of these positions ends without a word."""
    outcomes = await asyncio.gather(*(read(store, after) for after in positions), return_exceptions=True)
    for outcome in outcomes:
        assert isinstance(outcome, IntegrityError), outcome
        assert words in str(outcome)


@pytest.mark.parametrize("position", [1, 3, 6])
async def test_what_the_server_passes_over_is_refused_by_load_and_replay(nodes: Nodes, position: int) -> None:
    writers = await written(nodes)
    await nodes.stop(0)
    flip(nodes.nodes[0].folder, position, TEXT, mend=False)
    assert not is_sound(nodes.nodes[0].folder)
    await nodes.start(0)
    async with log_of(nodes) as store:
        assert await store.last() == 6
        with pytest.raises(IntegrityError):
            await store.load(writers[(position + 1) % 2].subject)
        await assert_refused(store, range(position), "")


@pytest.mark.parametrize("position", [1, 3])
async def test_what_was_altered_with_a_fitting_checksum_is_refused_by_load_and_replay(
    nodes: Nodes, position: int
) -> None:
    first, _ = await written(nodes)
    await nodes.stop(0)
    flip(nodes.nodes[0].folder, position, TEXT, mend=True)
    assert is_sound(nodes.nodes[0].folder)
    await nodes.start(0)
    async with log_of(nodes) as store:
        with pytest.raises(IntegrityError, match="chain is broken"):
            await store.load(first.subject)
        await assert_refused(store, range(position + 1), "chain is broken")


async def test_the_last_event_altered_with_a_fitting_checksum_is_found_by_the_one_that_follows(nodes: Nodes) -> None:
    _, second = await written(nodes)
    await nodes.stop(0)
    flip(nodes.nodes[0].folder, 6, TEXT, mend=True)
    await nodes.start(0)
    async with log_of(nodes) as store:
        await second.write(store)
        with pytest.raises(IntegrityError, match="chain is broken"):
            await store.load(second.subject)
        with pytest.raises(IntegrityError, match="chain is broken"):
            await read(store, 0)


@pytest.mark.parametrize(("position", "left"), [(3, 1), (6, 3)])
async def test_a_log_that_the_server_cut_is_refused_by_whoever_has_read_further(
    nodes: Nodes, position: int, left: int
) -> None:
    first, _ = await written(nodes)
    await nodes.kill(0)
    flip(nodes.nodes[0].folder, position, TEXT, mend=False)
    await nodes.start(0)
    async with log_of(nodes) as store:
        assert await store.last() == position - 1
        await assert_refused(store, range(position, 7), f"the log ends at {position - 1}")
        # Whoever knows of no event behind the cut sees none missing: a start compares with the read models.
        assert len(await store.load(first.subject)) == left


async def test_a_log_from_whose_middle_the_server_dropped_events_is_refused_without_reading_it(nodes: Nodes) -> None:
    async with log_of(nodes) as store, aclosing(store.read(0, follow=True)) as batches:  # type: ignore[type-var]
        writer = Writer()
        while writer.head.version < 20:
            draft = writer.draft(text="开模" * 100_000)
            writer.stored(draft, await store.append(draft, writer.head.sequence))
        await store.make_sure_of_all()
        read = 0
        while read < 20:
            read = (await anext(batches))[-1].sequence
        await nodes.kill(0)
        flip(nodes.nodes[0].folder, 3, TEXT, mend=False)
        await nodes.start(0)
        with pytest.raises(IntegrityError, match="events up to position 20"):
            async with asyncio.timeout(20):
                await anext(batches)
        with pytest.raises(IntegrityError, match="events up to position 20"):
            await store.make_sure_of_all()
        await assert_refused(store, (0, 1), "gap")


async def test_a_follower_refuses_a_log_that_was_cut_and_has_grown_again(nodes: Nodes) -> None:
    _, second = await written(nodes)
    async with log_of(nodes) as store, aclosing(store.read(0, follow=True)) as batches:  # type: ignore[type-var]
        seen = await anext(batches)
        assert [recorded.sequence for recorded in seen] == [1, 2, 3, 4, 5, 6]
        await nodes.kill(0)
        flip(nodes.nodes[0].folder, 6, TEXT, mend=False)
        await nodes.start(0)
        async with log_of(nodes) as other:
            stranger = Writer("evt.case.stranger")
            await stranger.write(other)
            assert stranger.head.sequence == second.head.sequence
        with pytest.raises(IntegrityError, match="position 6 holds another event"):
            async with asyncio.timeout(20):
                await anext(batches)
