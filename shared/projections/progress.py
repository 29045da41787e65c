"""How far read models have come: waiting for a position, and what the status shows."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.projections.statements import Connection, Pool

_LAGGING = """
select count(*) from projections.build
where status = 'live' and name = any(%(names)s) and position >= %(sequence)s"""
_STATUS = """
select b.name, b.table_name, b.version, b.status, b.position, b.applied_at, b.paused,
    (select count(*) from projections.parked as p where p.table_name = b.table_name),
    (select count(distinct p.subject) from projections.parked as p where p.table_name = b.table_name)
from projections.build as b where b.status <> 'scratch' order by b.name, b.table_name"""
_PARKED = """
select b.name, p.subject, p.sequence, p.version, p.type, p.error
from projections.parked as p join projections.build as b using (table_name)
where b.status = 'live' order by b.name, p.subject, p.sequence limit %(limit)s"""
_POSITION = """
select min(position), max(applied_at) from projections.build where status = 'live' and name = any(%(names)s)"""
_FARTHEST = "select coalesce(max(position), 0) from projections.build"
_FIRST_LOOK = 0.005
_LONGEST_LOOK = 0.05


class Progress(Struct, frozen=True):
    """One build. `lag` in events behind the head; `seconds` since the newest event it lacks could have come."""

    name: str
    table: str
    version: int
    status: str
    position: int
    lag: int
    seconds: float
    paused: str | None
    parked_events: int
    parked_aggregates: int


class ParkedEvent(Struct, frozen=True):
    """An event that a live read model does not hold."""

    name: str
    subject: str
    sequence: int
    version: int
    type: str
    error: str


async def wait_for(pool: Pool, sequence: int, names: Sequence[str], timeout: float) -> bool:
    """Wait until these read models hold the event at `sequence`; whether they did within `timeout` seconds."""
    pause = _FIRST_LOOK
    try:
        async with asyncio.timeout(timeout):
            while not await _have(pool, sequence, names):
                await asyncio.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_LOOK)
    except TimeoutError:
        return False
    return True


async def _have(pool: Pool, sequence: int, names: Sequence[str]) -> bool:
    async with pool.connection() as connection:
        found = await connection.execute(_LAGGING, {"names": list(names), "sequence": sequence})
        row = await found.fetchone()
    return row is not None and row[0] == len(set(names))


async def position_of(connection: Connection, names: Sequence[str]) -> tuple[int, datetime | None]:
    """The position that all of these read models have reached, and when its event was recorded."""
    row = await (await connection.execute(_POSITION, {"names": list(names)})).fetchone()
    return (0, None) if row is None or row[0] is None else (row[0], row[1])


async def farthest_position(connection: Connection) -> int:
    """The last event that any read model has ever held."""
    row = await (await connection.execute(_FARTHEST)).fetchone()
    return 0 if row is None else int(row[0])


async def progress(connection: Connection, last: int, now: datetime) -> list[Progress]:
    """All builds that go with the log, against its last position."""
    found = []
    for row in await (await connection.execute(_STATUS)).fetchall():
        name, table, version, status, position, applied_at, paused, events, aggregates = row
        lag = max(0, last - position) if status != "retired" else 0
        seconds = (now - applied_at).total_seconds() if lag and applied_at is not None else 0.0
        found.append(Progress(name, table, version, status, position, lag, seconds, paused, events, aggregates))
    return found


async def parked_events(connection: Connection, limit: int = 1000) -> list[ParkedEvent]:
    """What stands in quarantine in the live read models."""
    rows = await (await connection.execute(_PARKED, {"limit": limit})).fetchall()
    return [ParkedEvent(*row) for row in rows]
