"""What reactors gave up and a person decides about: commands that were parked, and events a policy could not take.

A task is named by the key of its command, or by `reactor@position` of its event.
"""

from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import AsyncConnection
from psycopg.rows import class_row

_TASKS = """
select key as name, reactor, command, aggregate_id, error as code, attempts, not_before as since
from runner.outbox where state = 'parked'
union all
select reactor || '@' || sequence, reactor, null, null, error, 0, null from runner.parked_reaction
where dropped_because is null order by since nulls last, name limit %(limit)s"""
_AGAIN = """
update runner.outbox set state = 'pending', attempts = 0, error = null, not_before = %(now)s
where key = %(name)s and state = 'parked'"""
_DROP = """
update runner.outbox set state = 'dropped', dropped_because = %(reason)s where key = %(name)s and state = 'parked'"""
_DROP_EVENT = """
update runner.parked_reaction set dropped_because = %(reason)s
where reactor || '@' || sequence = %(name)s and dropped_because is null"""


class Task(Struct, frozen=True):
    """A command that was given up after so many attempts, with the code of the last answer; or an event, without
    `command`, with the fault that its policy met. `since`: when the command was tried last."""

    name: str
    reactor: str
    command: str | None
    aggregate_id: str | None
    code: str | None
    attempts: int
    since: datetime | None


async def tasks(connection: AsyncConnection[Any], limit: int = 500) -> list[Task]:
    """What waits for a person, the oldest first."""
    async with connection.cursor(row_factory=class_row(Task)) as cursor:
        await cursor.execute(_TASKS, {"limit": limit})
        return await cursor.fetchall()


def event_of(name: str) -> tuple[str, int] | None:
    """Reactor and position of a task that is about an event; None for a command's."""
    reactor, mark, position = name.rpartition("@")
    return (reactor, int(position)) if mark and position.isdecimal() else None


async def send_again(connection: AsyncConnection[Any], name: str, now: datetime) -> bool:
    """Let a parked command be sent at the next tick, with the same id; whether it was parked."""
    return (await connection.execute(_AGAIN, {"name": name, "now": now})).rowcount == 1


async def drop(connection: AsyncConnection[Any], name: str, reason: str) -> bool:
    """Give a task up for good; whether there was one."""
    statement = _DROP if event_of(name) is None else _DROP_EVENT
    return (await connection.execute(statement, {"name": name, "reason": reason})).rowcount == 1
