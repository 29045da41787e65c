"""Reactors at work in a test: policies, outbox, sender and tick over one desk and one database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from psycopg_pool import AsyncConnectionPool

from shared.reactors.leader import Leader
from shared.reactors.policy import Policy
from shared.reactors.runner import ReactorRunners
from shared.reactors.sender import Sender
from shared.reactors.timer import Timer
from shared.runtime.settings import Settings
from shared.store.commands import Outgoing
from shared.store.request import Answer
from tests.support.desk import Desk


class Door:
    """A command client that goes straight to the desk; it can lose answers and be away."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sent: list[Outgoing] = []
        self.losing = 0

    async def ask(self, order: Outgoing, body: bytes) -> Answer:
        self.sent.append(order)
        answer = await self.desk.send(
            order.command,
            body,
            to=order.aggregate_id,
            token=order.token,
            command_id=order.command_id,
            causation_id=order.causation_id,
            correlation_id=order.correlation_id,
        )
        if self.losing:
            self.losing -= 1
            return Answer(503, {"code": "H-503"})
        return answer


class Machinery:
    """Everything that reacts, over one desk and one database."""

    def __init__(self, desk: Desk, pool: AsyncConnectionPool, where: str, policies: Sequence[Policy]) -> None:
        self.desk, self.pool, self.where = desk, pool, where
        self.door = Door(desk)
        self.runners = ReactorRunners(policies, desk.store, desk.aggregates, pool)
        self.runner = self.runners.each[0]
        self.sender = Sender(self.runners.names, pool, self.door, desk.signer, desk.clock, desk.people)
        self.timer = Timer(Leader(where, "tick"), self.runners, self.sender)

    async def rows(self) -> list[tuple[str, str, int]]:
        async with self.pool.connection() as connection:
            found = await connection.execute("select key, state, attempts from runner.outbox order by key")
            return [(row[0], row[1], row[2]) for row in await found.fetchall()]


@asynccontextmanager
async def machinery_of(settings: Settings, policies: Sequence[Policy]) -> AsyncIterator[Machinery]:
    """Policies over a new desk and the database of a test."""
    desk = Desk()
    await desk.open()
    where = settings.access("service").postgres
    async with AsyncConnectionPool(where, min_size=1, max_size=4, open=False) as pool:
        found = Machinery(desk, pool, where, policies)
        yield found
        await found.timer.tick()
        await found.timer._leader.resign()
