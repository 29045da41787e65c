"""Writes what was folded: rows, parked events and the position, in one transaction or not at all."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
import psycopg
from msgspec import Struct
from msgspec.structs import astuple

from shared.events.envelope import Recorded
from shared.projections.builds import Build, keyed
from shared.projections.copying import UNFIT
from shared.projections.folding import Folded, told
from shared.projections.statements import Statements
from shared.projections.table import FEW_ROWS, Table

# A crash of PostgreSQL may lose the newest rows together with their position; the log brings both back.
_ADVANCE = """
with held as materialized (
    select held.*, pg_advisory_xact_lock(hashtextextended(table_name, 13)),
        set_config('synchronous_commit', 'off', true)
    from (select * from jsonb_to_recordset(%(stretches)s::jsonb) as given(
        table_name text, position bigint, reached bigint, epoch bigint, applied_at timestamptz, paused text
    ) order by table_name) as held)
update projections.build as b
set position = held.reached, applied_at = coalesce(held.applied_at, b.applied_at), paused = held.paused
from held
where (b.table_name, b.position, b.epoch) = (held.table_name, held.position, held.epoch) and b.status <> 'retired'"""
_PARK = """
insert into projections.parked (table_name, sequence, subject, version, type, error)
values (%s, %s, %s, %s, %s, %s)"""

REFUSED_ROWS = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
    *UNFIT,
)
"""What is said of rows that PostgreSQL cannot take, in difference to a connection or a table that is not there."""


Events = Callable[[str, Folded], Awaitable[list[Recorded]]]
"""(subject, stretch) -> the events of that aggregate in that stretch which the projection reads."""


class OutOfStep(Exception):
    """Somebody else moved this build, healed it or retired it; read the register again."""


class Stretch(Struct, frozen=True):
    """What is to be written into one build."""

    table: Table
    build: Build
    folded: Folded

    @property
    def advance(self) -> dict[str, Any]:
        """From where to where the build goes."""
        last = self.folded.last_recorded
        return {
            "table_name": self.build.table,
            "position": self.folded.first,
            "reached": self.folded.last,
            "epoch": self.build.epoch,
            "applied_at": last.meta.recorded_at if last is not None else None,
            "paused": self.folded.pause,
        }

    @property
    def is_short(self) -> bool:
        """Whether its rows go by upsert."""
        return self.folded.row_count <= FEW_ROWS


async def write_together(statements: Statements, stretches: Sequence[Stretch]) -> None:
    """Write short stretches of several builds and commit: one way to the database and back for all their rows.

    Raises: OutOfStep, REFUSED_ROWS: nothing is written then, and each is to be written by itself;
    psycopg.OperationalError.
    """
    await _advance(statements, stretches)
    async with statements.connection.pipeline():
        for one in stretches:
            await _put_all(statements, one.table, one.folded, is_first=False)
            await _park(statements, one.build, one.folded)
    await statements.commit()


async def write(
    statements: Statements, table: Table, build: Build, folded: Folded, events: Events, *, is_first: bool = False
) -> set[str]:
    """Write a stretch and commit; the aggregates whose rows the database refused, parked now.

    `is_first`: the table is empty and has no key yet. Raises: OutOfStep; psycopg.OperationalError.
    """
    refused: set[str] = set()
    stretches = [Stretch(table, build, folded)]
    await _advance(statements, stretches)
    try:
        await _put_all(statements, table, folded, is_first=is_first)
    except REFUSED_ROWS:
        await statements.connection.rollback()
        await _advance(statements, stretches)
        if is_first:
            await _keyed(statements, table)
        for subject, error in await _halve(statements, table, sorted(folded.rows), folded):
            folded.park(subject, await events(subject, folded), error)
            refused.add(subject)
    await _park(statements, build, folded)
    await statements.commit()
    return refused


async def _park(statements: Statements, build: Build, folded: Folded) -> None:
    if folded.parked:
        notes = [(build.table, *astuple(one)) for one in folded.parked]
        await statements.run_each("batch.park", _PARK, notes)


async def _put_all(statements: Statements, table: Table, folded: Folded, *, is_first: bool) -> None:
    if folded.rows:
        await table.put(statements, list(folded.all_rows()), since=folded.first, is_bare=is_first)
    if is_first:
        await _keyed(statements, table)


async def _keyed(statements: Statements, table: Table) -> None:
    """Rows that are only ever added are looked for by nobody before the build is complete."""
    if not table.projection.appends:
        await keyed(statements, table.projection, table.name)


async def _advance(statements: Statements, stretches: Sequence[Stretch]) -> None:
    held = msgspec.json.encode([one.advance for one in stretches]).decode()
    if await statements.run("batch.advance", _ADVANCE, {"stretches": held}) != len(stretches):
        await statements.connection.rollback()
        raise OutOfStep(", ".join(one.build.table for one in stretches))


async def _halve(
    statements: Statements, table: Table, subjects: Sequence[str], folded: Folded
) -> list[tuple[str, str]]:
    """Write the rows of these aggregates, halving them until those that are refused stand alone; these, and why."""
    if not subjects:
        return []
    rows = [row for subject in subjects for row in folded.rows[subject].values()]
    await statements.run("batch.savepoint", "savepoint rows")
    try:
        await table.put(statements, rows, since=folded.first)
    except REFUSED_ROWS as fault:
        await statements.run("batch.rollback", "rollback to savepoint rows")
        if len(subjects) == 1:
            return [(subjects[0], told(fault))]
        half = len(subjects) // 2
        refused = await _halve(statements, table, subjects[:half], folded)
        return refused + await _halve(statements, table, subjects[half:], folded)
    await statements.run("batch.release", "release savepoint rows")
    return []


async def current_rows(statements: Statements, table: Table, subjects: Sequence[str]) -> dict[str, Any]:
    """The newest row of each of these aggregates, None where there is none.

    Raises: OutOfStep when the table is gone, because another build took its place.
    """
    owners = {table.projection.owner_of(subject): subject for subject in subjects}
    found: dict[str, Any] = dict.fromkeys(subjects)
    try:
        rows = await statements.fetch("batch.current", table.newest, {"owners": list(owners)})
    except psycopg.errors.UndefinedTable:
        raise OutOfStep(table.name) from None
    for values in rows:
        found[owners[values[0]]] = table.projection.row_of(values)
    return found
