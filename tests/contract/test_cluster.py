"""Three servers, writers at work, and the stream's leader killed under them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import nats.errors
import pytest

from shared.events.envelope import Recorded
from shared.store.connection import Connection, connect
from shared.store.jetstream import JetStreamStore
from shared.store.port import Conflict, OutcomeUnknown, StoreUnavailable
from tests.contract.drafts import Writer
from tests.contract.nodes import Nodes, running_nodes
from tests.contract.trials import door
from tests.waiting import until

pytestmark = pytest.mark.alone
WRITERS = 12
KILLS = 2


class Leaders:
    """Watches who leads the stream EVENTS, and since when: every change is an election."""

    def __init__(self, client: Connection) -> None:
        self._client = client
        self.seen: list[tuple[str, str]] = []

    async def now(self) -> str:
        """The leader's name, empty while there is none."""
        try:
            answer = await self._client.request("$JS.API.STREAM.INFO.EVENTS", timeout=0.5)
        except nats.errors.Error:
            return ""
        cluster: dict[str, str] = msgspec.json.decode(answer.data).get("cluster", {})
        leader = (cluster.get("leader", ""), cluster.get("leader_since", ""))
        if leader[0] and leader not in self.seen:
            self.seen.append(leader)
        return leader[0]

    async def watch(self) -> None:
        while True:
            await self.now()
            await asyncio.sleep(0.05)


class Desk:
    """Writes one aggregate as the command handler does: after every doubt it looks for its own command id."""

    def __init__(self, store: JetStreamStore) -> None:
        self._store = store
        self.writer = Writer()
        self.doubts = 0

    async def work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            draft = self.writer.draft()
            while True:
                try:
                    self.writer.stored(draft, await self._store.append(draft, self.writer.head.sequence))
                    break
                except (Conflict, OutcomeUnknown):
                    self.doubts += 1
                    found = await self._found(draft.command_id)
                    if found is not None:
                        self.writer.stored(draft, found.sequence)
                        break

    async def _found(self, command_id: str) -> Recorded | None:
        while True:
            try:
                head = await self._store.head(self.writer.subject)
                events = await self._store.load(self.writer.subject, self.writer.head, head)
                break
            except StoreUnavailable:
                await asyncio.sleep(0.05)
        return next((event for event in events if event.meta.command_id == command_id), None)


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[Nodes]:
    async with running_nodes(tmp_path, 3) as running:
        yield running


async def test_every_acknowledged_event_stands_once_and_in_order_when_leaders_are_killed(
    nodes: Nodes, record_property: Callable[[str, object], None]
) -> None:
    async with AsyncExitStack() as stack:
        watcher = await connect(nodes.access("provision"), name="test watcher")
        stack.push_async_callback(watcher.close)
        stores = [await door(stack, nodes) for _ in range(3)]
        leaders, desks = Leaders(watcher), [Desk(stores[number % 3]) for number in range(WRITERS)]
        read: list[Recorded] = []
        following = asyncio.create_task(follow(stores[0], read))
        watching = asyncio.create_task(leaders.watch())
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for desk in desks:
                group.create_task(desk.work(stop))
            for _ in range(KILLS):
                await kill_the_leader(nodes, leaders, desks)
            stop.set()
        watching.cancel()
        last = await stores[1].last()

        async def has_read_all() -> bool:
            return following.done() or (bool(read) and read[-1].sequence >= last)

        await until(has_read_all, seconds=30)
        if following.done():
            following.result()
        following.cancel()
        check(desks, read)
        check(desks, [recorded async for batch in stores[2].read(0) for recorded in batch])
    assert len(leaders.seen) > KILLS
    record_property(
        "told",
        f"{len(leaders.seen) - 1} elections, {len(read)} events by {WRITERS} writers, "
        f"{sum(desk.doubts for desk in desks)} answers in doubt, none lost, none twice",
    )


async def follow(store: JetStreamStore, read: list[Recorded]) -> None:
    """As the follower of a process does: on from where it stands, when the log could not be read."""
    while True:
        try:
            async for batch in store.read(read[-1].sequence if read else 0, follow=True):
                read += batch
        except StoreUnavailable:
            await asyncio.sleep(0.05)


async def kill_the_leader(nodes: Nodes, leaders: Leaders, desks: Sequence[Desk]) -> None:
    """Kill it while events are under way, wait until every writer goes on, then start it again."""
    await all_progress(desks, 20)
    leader = await until(leaders.now)
    await nodes.kill(nodes.number_of(leader))
    await all_progress(desks, 20)
    assert await until(leaders.now) != leader
    await nodes.start(nodes.number_of(leader))


async def all_progress(desks: Sequence[Desk], events: int) -> None:
    goals = [desk.writer.head.version + events for desk in desks]

    async def are_there() -> bool:
        return all(desk.writer.head.version >= goal for desk, goal in zip(desks, goals, strict=True))

    await until(are_there, seconds=40)


def check(desks: Sequence[Desk], events: Sequence[Recorded]) -> None:
    """The log holds what was acknowledged, each event at its position, and nothing else."""
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    for desk in desks:
        stored = [event.sequence for event in events if event.subject == desk.writer.subject]
        assert stored == desk.writer.sequences
