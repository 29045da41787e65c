"""Commands that should follow from events, kept in PostgreSQL until they are sent.

Rows are written in the transaction that moves the reactor's position. A row is keyed by its intention: a newer
one takes its place, the same one that was sent already stays as it is, and one that was withdrawn stands again
when it is wanted again.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from psycopg import AsyncConnection
from psycopg.rows import class_row

from shared.events.envelope import Recorded
from shared.mail import rows
from shared.reactors.cause import Cause, cause_of
from shared.reactors.policy import Consequence, Reaction, Withdrawal

_PUT = """
insert into runner.outbox as o (key, reactor, service, command, aggregate_id, body, command_id, causation_id,
                                correlation_id, traceparent, not_before, state, attempts, error)
values (%(key)s, %(reactor)s, %(service)s, %(command)s, %(aggregate_id)s, %(body)s, %(command_id)s,
        %(causation_id)s, %(correlation_id)s, %(traceparent)s, %(not_before)s, 'pending', 0, null)
on conflict (key) do update set
    reactor = excluded.reactor, service = excluded.service, command = excluded.command,
    aggregate_id = excluded.aggregate_id, body = excluded.body, command_id = excluded.command_id,
    causation_id = excluded.causation_id, correlation_id = excluded.correlation_id,
    traceparent = excluded.traceparent, not_before = excluded.not_before, state = 'pending', attempts = 0,
    error = null, dropped_because = null
where o.command_id <> excluded.command_id or o.state = 'withdrawn'
"""
_WITHDRAW = "update runner.outbox set state = 'withdrawn' where key = %(key)s and state = 'pending'"
_DUE = """
select key, service, command, aggregate_id, body, command_id, causation_id, correlation_id, traceparent, attempts
from runner.outbox where state = 'pending' and not_before <= %(now)s and reactor = any(%(reactors)s)
order by not_before, key limit %(limit)s
"""
_SETTLE = """
update runner.outbox set state = %(state)s, attempts = attempts + 1, error = %(error)s,
                         not_before = coalesce(%(not_before)s, not_before)
where key = %(key)s and command_id = %(command_id)s
"""


class Row(Struct, frozen=True):
    """A command waiting to be sent; `body` is JSON text."""

    key: str
    service: str
    command: str
    aggregate_id: str
    body: str
    command_id: str
    causation_id: str
    correlation_id: str
    attempts: int
    traceparent: str | None = None


async def put(connection: AsyncConnection, reactor: str, recorded: Recorded, reactions: Sequence[Reaction]) -> None:
    """Write what follows from one event, in the caller's transaction."""
    for reaction in reactions:
        match reaction:
            case Withdrawal():
                await connection.execute(_WITHDRAW, {"key": reaction.key})
            case Consequence():
                await follow(connection, reactor, cause_of(recorded), reaction)
            case _:
                await rows.take(connection, cause_of(recorded), reaction)


async def follow(connection: AsyncConnection, reactor: str, cause: Cause, wanted: Consequence) -> None:
    """Write one command that follows, in the caller's transaction."""
    values = {
        "key": wanted.key,
        "reactor": reactor,
        "service": wanted.service,
        "command": wanted.command,
        "aggregate_id": wanted.aggregate_id,
        "body": msgspec.json.encode(wanted.body).decode(),
        "command_id": wanted.command_id,
        "causation_id": cause.event_id,
        "correlation_id": cause.correlation_id,
        "traceparent": cause.traceparent,
        "not_before": wanted.not_before or cause.at,
    }
    await connection.execute(_PUT, values)


async def due(connection: AsyncConnection, reactors: Sequence[str], now: datetime, limit: int = 1000) -> list[Row]:
    """The commands of these reactors whose time has come, the oldest first."""
    async with connection.cursor(row_factory=class_row(Row)) as cursor:
        await cursor.execute(_DUE, {"reactors": list(reactors), "now": now, "limit": limit})
        return await cursor.fetchall()


async def settle(
    connection: AsyncConnection, row: Row, state: str, error: str | None = None, not_before: datetime | None = None
) -> None:
    """Note how sending a command ended: `sent`, `refused`, `parked`, or `pending` again at a later time."""
    values = {"key": row.key, "command_id": row.command_id, "state": state, "error": error, "not_before": not_before}
    await connection.execute(_SETTLE, values)
