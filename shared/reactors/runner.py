"""Runs policies over the log: reactions and the position move in one transaction, so nothing is forgotten and a
second delivery changes nothing. An event that a policy cannot take is parked and the others go on."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from structlog.contextvars import bound_contextvars

from shared.events.catalogue import decode
from shared.events.envelope import Recorded, subject_of
from shared.reactors import outbox
from shared.reactors.policy import AT_HEAD, Policy, Reaction
from shared.store import concern
from shared.store.cache import Aggregates
from shared.store.order import Known
from shared.store.port import EventStore

_log = structlog.get_logger(__name__)
_START = """
insert into runner.reactor (name, position) values (%(name)s, %(first)s) on conflict (name) do nothing
"""
_POSITIONS = "select name, position from runner.reactor where name = any(%(names)s)"
_POSITION = "select position from runner.reactor where name = %(name)s"
_ADVANCE = "update runner.reactor set position = %(to)s where name = %(name)s and position = %(from)s"
_PARKED = """
select exists (select from runner.parked_reaction
    where reactor = %(name)s and sequence = %(sequence)s and dropped_because is null)"""
_UNPARK = "delete from runner.parked_reaction where reactor = %(name)s and sequence = %(sequence)s"
_PARK = """
insert into runner.parked_reaction (reactor, sequence, error) values (%(name)s, %(sequence)s, %(error)s)
on conflict (reactor, sequence) do update set error = excluded.error
"""


class Moved(Exception):
    """Another process moved this reactor meanwhile; start again from its position."""


class ReactorRunner:
    """One policy at its own position."""

    def __init__(self, policy: Policy, store: EventStore, aggregates: Aggregates, pool: AsyncConnectionPool) -> None:
        self._policy = policy
        self._store = store
        self._aggregates = aggregates
        self._pool = pool

    @property
    def name(self) -> str:
        """The policy's name."""
        return self._policy.name

    async def position(self) -> int:
        """The last event that was taken; a new reactor begins at its explicit first position."""
        name, first = self._policy.name, self._policy.first_position
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_POSITION, {"name": name})).fetchone()
            if row is None:
                first = await self._store.last() if first == AT_HEAD else first
                await connection.execute(_START, {"name": name, "first": first})
                row = await (await connection.execute(_POSITION, {"name": name})).fetchone()
        if row is None:
            raise LookupError(f"reactor {name} has no position")
        return int(row[0])

    async def catch_up(self) -> int:
        """Take every event up to the head; the position reached."""
        position = await self.position()
        async for batch in self._store.read(position):
            position = await self.take(position, batch)
        return position

    async def take(self, position: int, batch: list[Recorded]) -> int:
        """React to a batch that begins behind `position`. Raises: Moved."""
        reactions: list[tuple[Recorded, list[Reaction] | Exception]] = []
        for recorded in filter(self._policy.reads, batch):
            reactions.append((recorded, await self._react(recorded)))
            await _others_too()
        async with self._pool.connection() as connection, connection.transaction():
            async with connection.pipeline():
                for recorded, wanted in reactions:
                    if isinstance(wanted, Exception):
                        await self._park(connection, recorded, wanted)
                    else:
                        await outbox.put(connection, self._policy.name, recorded, wanted)
                    await _others_too()
            values = {"name": self._policy.name, "from": position, "to": batch[-1].sequence}
            if (await connection.execute(_ADVANCE, values)).rowcount != 1:
                raise Moved(self._policy.name)
        return batch[-1].sequence

    async def again(self, sequence: int) -> bool:
        """React once more to an event that was parked; False when it was not, or still cannot be taken."""
        values = {"name": self._policy.name, "sequence": sequence}
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_PARKED, values)).fetchone()
        if row is None or not row[0]:
            return False
        recorded = await self._event(sequence)
        wanted = await self._react(recorded)
        if isinstance(wanted, Exception):
            return False
        async with self._pool.connection() as connection, connection.transaction():
            await outbox.put(connection, self._policy.name, recorded, wanted)
            await connection.execute(_UNPARK, values)
        return True

    async def _event(self, sequence: int) -> Recorded:
        batches: Any = self._store.read(sequence - 1)
        async with aclosing(batches):
            async for batch in batches:
                return batch[0]  # type: ignore[no-any-return]
        raise LookupError(f"there is no event at {sequence}")

    async def _react(self, recorded: Recorded) -> list[Reaction] | Exception:
        folded = await self._aggregates.get(recorded.subject)
        if folded.head.version < recorded.meta.version:
            folded = await self._aggregates.refresh(recorded.subject)
        try:
            event = decode(recorded)
            found = {}
            for reference in self._policy.consults(event, folded.state):
                other = await self._aggregates.get(subject_of(reference.kind, reference.name))
                if other.head.version:
                    found[f"{reference.kind}.{reference.name}"] = other.state
            return list(self._policy.react(recorded, event, folded.state, Known(found)))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            return error

    async def _park(self, connection: AsyncConnection, recorded: Recorded, error: Exception) -> None:
        ids = concern.of_event(recorded)
        _log.error("reaction parked", reactor=self.name, error=type(error).__name__, exc_info=error, **ids)
        values = {"name": self._policy.name, "sequence": recorded.sequence, "error": type(error).__name__}
        await connection.execute(_PARK, values)


async def _others_too() -> None:
    """Let commands and read models have their turn: between two ticks hundreds of events come together."""
    await asyncio.sleep(0)


class ReactorRunners:
    """All policies of one stage. While nothing happens, they cost one question to the log and one to the database."""

    def __init__(
        self, policies: Sequence[Policy], store: EventStore, aggregates: Aggregates, pool: AsyncConnectionPool
    ) -> None:
        self.each = [ReactorRunner(policy, store, aggregates, pool) for policy in policies]
        self._store = store
        self._pool = pool

    @property
    def names(self) -> list[str]:
        """The policies' names."""
        return [one.name for one in self.each]

    async def begin(self) -> None:
        """Let each know where it begins, before anything happens that it might miss."""
        for one in self.each:
            await one.position()

    async def catch_up(self) -> None:
        """Let each that is behind take every event up to the head. Raises: Moved, as EventStore.read."""
        last = await self._store.last()
        async with self._pool.connection() as connection:
            found: dict[str, int] = dict(await (await connection.execute(_POSITIONS, {"names": self.names})).fetchall())
        for one in self.each:
            if found.get(one.name) != last:
                with bound_contextvars(reactor=one.name):
                    await one.catch_up()
