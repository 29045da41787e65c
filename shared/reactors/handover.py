"""What a run of policies in memory leaves for the runners: where they go on, and every intention as it stands.

A history that is lived through under another clock reacts in memory; behind it the runners must redo nothing.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from psycopg import AsyncConnection

from shared.events.envelope import Recorded
from shared.reactors import outbox
from shared.reactors.policy import Consequence

_BEGUN = "select exists (select from runner.reactor)"
_STAND = """
insert into runner.reactor (name, position) values (%(name)s, %(position)s) on conflict (name) do nothing
"""
_WITHDRAWN = "update runner.outbox set state = 'withdrawn' where key = %(key)s and command_id = %(command_id)s"


class Intended(Struct, frozen=True):
    """An intention, the event that it follows from, and its state as the outbox names it."""

    reactor: str
    recorded: Recorded
    wanted: Consequence
    state: str = "pending"
    error: str | None = None


async def has_begun(connection: AsyncConnection) -> bool:
    """Whether any reactor stands at a position already."""
    row = await (await connection.execute(_BEGUN)).fetchone()
    return row is not None and bool(row[0])


async def hand_over(
    connection: AsyncConnection, reactors: Sequence[str], position: int, intentions: Iterable[Intended]
) -> None:
    """Let these reactors go on behind `position`, with these intentions; in the caller's transaction."""
    for name in reactors:
        await connection.execute(_STAND, {"name": name, "position": position})
    for one in intentions:
        await outbox.put(connection, one.reactor, one.recorded, [one.wanted])
        if one.state == "withdrawn":
            await connection.execute(_WITHDRAWN, {"key": one.wanted.key, "command_id": one.wanted.command_id})
        elif one.state != "pending":
            await outbox.settle(connection, _row(one), one.state, one.error)


def _row(one: Intended) -> outbox.Row:
    wanted, meta = one.wanted, one.recorded.meta
    return outbox.Row(
        key=wanted.key,
        service=wanted.service,
        command=wanted.command,
        aggregate_id=wanted.aggregate_id,
        body="",
        command_id=wanted.command_id,
        causation_id=meta.event_id,
        correlation_id=meta.correlation_id,
        attempts=0,
    )
