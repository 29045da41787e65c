"""What the event store on JetStream does when the server, the answer or the log itself fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import nats.errors
import pytest
from structlog.testing import capture_logs

from shared.events.envelope import IntegrityError, Recorded
from shared.runtime.settings import Access
from shared.store.commands import CommandClient, Outgoing
from shared.store.connection import Connection, connect
from shared.store.jetstream import JetStreamStore
from shared.store.port import NOTHING_YET, Conflict, Draft, OutcomeUnknown, StoreUnavailable
from shared.store.wire import event_headers
from tests.contract.drafts import Writer, batch_of
from tests.contract.nodes import Nodes, running_nodes
from tests.contract.trials import door
from tests.support.visit import STRANGE_ID
from tests.waiting import until


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[Nodes]:
    """A server of this test's own that forgets message ids after a tenth of a second."""
    async with running_nodes(tmp_path, 1, dedupe=0.1) as running:
        yield running


@pytest.fixture
async def store(nodes: Nodes, stack: AsyncExitStack) -> JetStreamStore:
    return await door(stack, nodes)


async def read_all(store: JetStreamStore, after: int) -> list[Recorded]:
    return [recorded async for batch in store.read(after) for recorded in batch]


async def test_the_same_command_after_the_dedupe_window_is_a_conflict_and_is_found(store: JetStreamStore) -> None:
    writer = Writer()
    (draft,) = await writer.write(store)

    async def is_forgotten() -> bool:
        elsewhere = Writer()
        fresh = elsewhere.draft()
        try:
            await store.append(
                Draft(fresh.subject, fresh.payload, draft.event_id, fresh.type, fresh.version, fresh.command_id), 0
            )
        except OutcomeUnknown:
            return False
        return True

    await until(is_forgotten)
    with pytest.raises(Conflict):
        await store.append(draft, 0)
    events = await store.load(writer.subject, until=writer.head.sequence)
    assert [event.meta.command_id for event in events] == [draft.command_id]


async def test_the_same_command_after_a_crash_of_the_server_is_a_conflict_and_is_found(
    nodes: Nodes, store: JetStreamStore
) -> None:
    writer = Writer()
    (draft,) = await writer.write(store)
    await nodes.kill(0)
    await nodes.start(0)
    await until(lambda: reachable(store))
    with pytest.raises(Conflict):
        await store.append(draft, 0)
    events = await store.load(writer.subject, until=writer.head.sequence)
    assert [event.meta.command_id for event in events] == [draft.command_id]


async def reachable(store: JetStreamStore) -> bool:
    try:
        await store.last()
    except StoreUnavailable:
        return False
    return True


async def test_without_a_server_nothing_is_promised_and_nothing_is_sent_later(
    nodes: Nodes, stack: AsyncExitStack
) -> None:
    client = await connect(nodes.access("service"), name="test")
    stack.push_async_callback(client.close)
    store = await stack.enter_async_context(JetStreamStore(client, timeout=0.3))
    writer = Writer()
    await writer.write(store)
    await nodes.kill(0)
    await until(lambda: is_apart(client))
    with pytest.raises(OutcomeUnknown):
        await store.append(writer.draft(), writer.head.sequence)
    for asked in (store.head(writer.subject), store.load(writer.subject), store.last()):
        with pytest.raises(StoreUnavailable):
            await asked
    await nodes.start(0)
    await until(lambda: reachable(store))
    assert await store.head(writer.subject) == writer.head.sequence


async def test_a_command_without_a_server_is_refused_and_not_sent_later(nodes: Nodes, stack: AsyncExitStack) -> None:
    door = await connect(nodes.access("console"), name="test door")
    stack.push_async_callback(door.close)
    await nodes.kill(0)
    await until(lambda: is_apart(door))
    order = Outgoing(service="triage", command="Classify", aggregate_id="c1", command_id=STRANGE_ID, token="")
    assert (await CommandClient(door, timeout=0.3).ask(order, b"{}")).status == 503
    assert door.pending_data_size == 0


async def is_apart(client: Connection) -> bool:
    return not client.is_connected


async def test_a_follower_goes_on_after_a_crash_of_the_server(nodes: Nodes, store: JetStreamStore) -> None:
    writer = Writer()
    await writer.write(store, 3)
    seen: list[int] = []

    async def follow() -> None:
        async for batch in store.read(0, follow=True):
            seen.extend(event.sequence for event in batch)

    async def has_seen_all() -> bool:
        return len(seen) >= writer.head.sequence

    following = asyncio.create_task(follow())
    try:
        for _ in range(2):
            await until(has_seen_all)
            await nodes.kill(0)
            await nodes.start(0)
            await until(lambda: reachable(store))
            await writer.write(store, 3)
        await until(has_seen_all)
    finally:
        following.cancel()
    assert seen == list(range(1, writer.head.sequence + 1))


async def test_a_load_waits_bounded_for_a_position_that_no_replica_has(nodes: Nodes, stack: AsyncExitStack) -> None:
    client = await connect(nodes.access("service"), name="test")
    stack.push_async_callback(client.close)
    store = await stack.enter_async_context(JetStreamStore(client, timeout=0.2))
    writer = Writer()
    await writer.write(store)
    with pytest.raises(StoreUnavailable, match="no replica"):
        await store.load(writer.subject, until=writer.head.sequence + 1)


async def test_a_load_waits_for_an_event_that_is_under_way(store: JetStreamStore) -> None:
    writer = Writer()
    await writer.write(store)
    waiting = asyncio.create_task(store.load(writer.subject, until=writer.head.sequence + 1))
    await asyncio.sleep(0)
    await writer.write(store)
    assert len(await waiting) == 2


@pytest.mark.parametrize("name", ["Nats-Msg-Id", "Event-Type", "Version", "Command-Id"])
async def test_a_header_that_disagrees_with_the_payload_is_found(
    nodes: Nodes, store: JetStreamStore, name: str
) -> None:
    writer = Writer()
    draft = writer.draft()
    await publish(nodes, draft, {**event_headers(draft), name: "7"})
    with pytest.raises(IntegrityError, match=name):
        await store.load(writer.subject)
    with pytest.raises(IntegrityError, match=name):
        await read_all(store, 0)


async def test_headers_in_another_order_are_the_same_headers(nodes: Nodes, store: JetStreamStore) -> None:
    writer = Writer()
    draft = writer.draft()
    await publish(nodes, draft, dict(reversed(event_headers(draft).items())))
    assert len(await store.load(writer.subject)) == len(await read_all(store, 0)) == 1


async def publish(nodes: Nodes, draft: Draft, headers: dict[str, str]) -> None:
    client = await connect(nodes.access("service"), name="test forger")
    await client.jetstream().publish(draft.subject, draft.payload, headers=headers)
    await client.close()


async def test_a_gap_in_the_log_stops_the_reader(nodes: Nodes, store: JetStreamStore) -> None:
    client = await connect(nodes.access("provision"), name="test")
    jetstream = client.jetstream()
    await jetstream.delete_stream("EVENTS")
    await jetstream.add_stream(name="EVENTS", subjects=["evt.*.*"], allow_direct=True)
    await Writer().write(store)
    await Writer().write(store)
    await Writer().write(store)
    await jetstream.delete_msg("EVENTS", 2)
    await client.close()
    with pytest.raises(IntegrityError, match="gap"):
        await read_all(store, 0)
    with pytest.raises(IntegrityError, match="gap"):
        await read_all(store, 1)
    assert len(await read_all(store, 2)) == 1


async def test_predecessors_of_thousands_of_aggregates_are_looked_up(store: JetStreamStore) -> None:
    writers = [Writer() for _ in range(2_600)]
    for start in range(0, len(writers), 650):
        drafts, guards = batch_of(writers[start : start + 650], 1, await store.last())
        await store.append_batch(drafts, guards)
    middle = await store.last()
    for start in range(0, len(writers), 650):
        drafts, guards = batch_of(writers[start : start + 650], 1, await store.last())
        await store.append_batch(drafts, guards)
    assert [event.meta.version for event in await read_all(store, middle)] == [2] * len(writers)


async def test_reading_leaves_no_consumer_behind(nodes: Nodes, store: JetStreamStore) -> None:
    await Writer().write(store)
    for _ in range(5):
        await read_all(store, 0)
    client = await connect(nodes.access("provision"), name="test")

    async def has_none() -> bool:
        return (await client.jetstream().stream_info("EVENTS")).state.consumer_count == 0

    await until(has_none)
    await client.close()


async def test_a_first_connection_that_fails_says_where_and_why(nodes: Nodes) -> None:
    stranger = Access(nodes.access("service").nats_url, "service", "wrong", "")
    with pytest.raises(ConnectionError, match=r"127\.0\.0\.1.*(Authorization Violation|reset by peer)"):
        await connect(stranger, name="test", patience=0.5)
    await nodes.kill(0)
    with pytest.raises(ConnectionError, match=r"127\.0\.0\.1"):
        await connect(nodes.access("service"), name="test", patience=0.5)


async def test_what_the_server_refuses_is_logged_and_told_as_unknown(nodes: Nodes, stack: AsyncExitStack) -> None:
    client = await connect(nodes.access("console"), name="test console")
    stack.push_async_callback(client.close)
    store = await stack.enter_async_context(JetStreamStore(client, timeout=0.3))
    writer = Writer()
    with capture_logs() as logs:
        with pytest.raises(OutcomeUnknown):
            await store.append(writer.draft(), 0)
        with pytest.raises(StoreUnavailable):
            await store.load(writer.subject, NOTHING_YET)
    refused = " ".join(entry["error"] for entry in logs if entry["event"] == "nats_trouble")
    assert f'publish to "{writer.subject}"' in refused.lower()


async def test_who_is_to_end_while_nothing_can_be_sent_ends(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await connect(nodes.access("service"), name="test")
    monkeypatch.setattr(client, "_max_pending_size", 1)
    monkeypatch.setattr(client, "_flush_queue", asyncio.Queue(maxsize=1))
    client._flush_queue.put_nowait(asyncio.Future())
    sending = asyncio.create_task(client.publish("rpc.nowhere", b"{}"))
    done, _ = await asyncio.wait((sending,), timeout=0.2)
    assert not done
    sending.cancel()
    await asyncio.wait((sending,), timeout=5)
    assert sending.cancelled()
    monkeypatch.undo()
    await client.close()


async def test_a_reader_that_is_to_end_ends_although_its_subscription_cannot_be(
    nodes: Nodes, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await door(stack, nodes)
    await Writer().write(store)
    seen = asyncio.Event()

    async def follow() -> None:
        async for _ in store.read(0, follow=True):
            seen.set()

    async def refuse(*_: object) -> None:
        raise nats.errors.BadSubscriptionError

    monkeypatch.setattr(Connection, "end", refuse)
    following = asyncio.create_task(follow())
    async with asyncio.timeout(10):
        await seen.wait()
    following.cancel()
    await asyncio.wait((following,), timeout=5)
    assert following.cancelled()
