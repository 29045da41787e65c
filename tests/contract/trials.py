"""The stores on trial: in memory, on one server, on three; each with a way to lose the answer of an append."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.store.connection import connect
from shared.store.jetstream import JetStreamStore
from shared.store.memory import MemoryStore
from shared.store.port import Draft, EventStore, OutcomeUnknown
from tests.contract.nodes import Nodes, running_nodes
from tests.contract.proxy import Wire
from tests.waiting import until


@dataclass(frozen=True)
class Trial:
    """Doors to one log; `loses_answers(subject)`: the first door's next append there is stored and never answered."""

    doors: Sequence[EventStore]
    loses_answers: Callable[[str], AbstractAsyncContextManager[None]]

    @property
    def store(self) -> EventStore:
        return self.doors[0]


class Forgetful(MemoryStore):
    """Memory that can keep its answer to itself."""

    is_silent = False

    async def append(self, draft: Draft, expected: int) -> int:
        position = await super().append(draft, expected)
        if self.is_silent:
            raise OutcomeUnknown("no answer")
        return position


@asynccontextmanager
async def memory_trial() -> AsyncIterator[Trial]:
    store = Forgetful()

    @asynccontextmanager
    async def loses_answers(subject: str) -> AsyncIterator[None]:
        store.is_silent = True
        yield
        store.is_silent = False

    yield Trial([store], loses_answers)


@asynccontextmanager
async def nats_trial(folder: Path, count: int) -> AsyncIterator[Trial]:
    async with AsyncExitStack() as stack:
        nodes = await stack.enter_async_context(running_nodes(folder, count))
        wire = Wire(nodes.nodes[0].port)
        await wire.open()
        stack.push_async_callback(wire.close)
        doors = [await door(stack, nodes, port=wire.port)]
        for number in range(1, 3):
            doors.append(await door(stack, nodes, only=number % count))

        @asynccontextmanager
        async def loses_answers(subject: str) -> AsyncIterator[None]:
            before = await doors[1].head(subject)

            async def is_stored() -> bool:
                return await doors[1].head(subject) > before

            async def cut_when_stored() -> None:
                await until(is_stored)
                wire.cut()

            wire.deaf = True
            async with asyncio.TaskGroup() as group:
                group.create_task(cut_when_stored())
                yield

        yield Trial(doors, loses_answers)


async def door(stack: AsyncExitStack, nodes: Nodes, *, port: int = 0, only: int | None = None) -> JetStreamStore:
    """A store on a connection of its own, ended with the stack."""
    client = await connect(nodes.access("service", port=port, only=only), name="test store")
    stack.push_async_callback(client.close)
    return await stack.enter_async_context(JetStreamStore(client))
