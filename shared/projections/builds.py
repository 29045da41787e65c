"""The register of builds: which tables hold a read model, which of them is live, and how far each has come."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import sql

from shared.projections.projection import Projection
from shared.projections.statements import Statements, identifiers, read_table

_COLUMNS = "table_name, name, version, status, position, epoch, applied_at, paused"
_LIVE = f"select {_COLUMNS} from projections.build where name = %(name)s and status = 'live'"
_NAMED = f"select {_COLUMNS} from projections.build where table_name = %(table)s"
_ALL = f"select {_COLUMNS} from projections.build where name = %(name)s order by table_name"
_INSERT = """
insert into projections.build (table_name, name, version, status)
values (%(table)s, %(name)s, %(version)s, %(status)s)
on conflict do nothing"""
_HOLD = f"select {_COLUMNS} from projections.build where table_name = %(table)s for update"
_PROMOTE = "update projections.build set status = 'live', epoch = epoch + 1 where table_name = %(table)s"
_RETIRE = """
update projections.build set status = 'retired', epoch = epoch + 1 where name = %(name)s and status = 'live'"""
_DROP = "delete from projections.build where table_name = %(table)s"
_MADE = """
select count(*) filter (where indisprimary), count(*) filter (where not indisprimary)
from pg_index where indrelid = {table}::regclass"""


class Build(Struct, frozen=True):
    """One build. `epoch` changes whenever somebody else changed its rows; `paused` says why it does not go on.

    `status`: `building` a newer version that will be live by itself, `beside` one that was asked for, `live`,
    `retired`, or `scratch` as of an earlier position.
    """

    table: str
    name: str
    version: int
    status: str
    position: int
    epoch: int
    applied_at: datetime | None
    paused: str | None


async def live_build(statements: Statements, name: str) -> Build | None:
    """The build that readers see, None before the first."""
    found = await statements.fetch("build.find", _LIVE, {"name": name})
    return Build(*found[0]) if found else None


async def named_build(statements: Statements, table: str) -> Build | None:
    """The build of a table."""
    found = await statements.fetch("build.find", _NAMED, {"table": table})
    return Build(*found[0]) if found else None


async def builds_of(statements: Statements, name: str) -> list[Build]:
    """All builds of a read model."""
    return [Build(*row) for row in await statements.fetch("build.find", _ALL, {"name": name})]


async def held_build(statements: Statements, table: str) -> Build:
    """The build, with its writer kept waiting until this transaction ends. Raises: LookupError."""
    found = await statements.fetch("build.hold", _HOLD, {"table": table})
    if not found:
        raise LookupError(f"there is no build {table}")
    return Build(*found[0])


async def create(statements: Statements, projection: Projection, table: str, status: str) -> Build:
    """Register a build and make its empty table, within the caller's transaction; one that stands is answered.

    Only a live one is complete at once: a table that is to be filled gets its key with its first rows, and what
    else it is found by when it is full.
    """
    values = {"table": table, "name": projection.name, "version": projection.version, "status": status}
    if await statements.run("build.insert", _INSERT, values):
        await statements.run("build.create_table", formatted(projection.table, table))
        if status == "live":
            await complete(statements, projection, table)
            await show(statements, projection.name, table)
    build = await named_build(statements, table)
    if build is None:
        raise LookupError(f"another build of {projection.name} is live")
    return build


async def keyed(statements: Statements, projection: Projection, table: str) -> None:
    """Give a table its key."""
    key = sql.SQL("alter table {} add primary key ({})").format(read_table(table), identifiers(projection.key))
    await statements.run("build.add_key", key)


async def complete(statements: Statements, projection: Projection, table: str) -> None:
    """Give a table its key and indexes, whichever it lacks."""
    name = sql.Literal(read_table(table).as_string(None))
    ((keys, indexes),) = await statements.fetch("build.look", sql.SQL(_MADE).format(table=name))
    if not keys:
        await keyed(statements, projection, table)
    if not indexes:
        for index in projection.indexes:
            await statements.run("build.create_index", formatted(index, table))


async def free_table(statements: Statements, projection: Projection) -> str:
    """A name for the next build of this version that no build has."""
    taken = {build.table for build in await builds_of(statements, projection.name)}
    return next(name for n in range(1, len(taken) + 2) if (name := projection.table_name(n)) not in taken)


async def promote(statements: Statements, projection: Projection, table: str) -> None:
    """Make a build the one that readers see, and the one before it retired, within the caller's transaction."""
    await statements.run("build.retire", _RETIRE, {"name": projection.name})
    await statements.run("build.promote", _PROMOTE, {"table": table})
    await show(statements, projection.name, table)


async def show(statements: Statements, name: str, table: str) -> None:
    """Point a view at a table. A view is dropped and made anew because its columns may differ."""
    text = "drop view if exists {view}; create view {view} as select * from {table}"
    await statements.run("build.create_view", sql.SQL(text).format(view=read_table(name), table=read_table(table)))


async def drop(statements: Statements, table: str) -> None:
    """Throw a build away, table and register."""
    await statements.run("build.drop_table", sql.SQL("drop table if exists {}").format(read_table(table)))
    await statements.run("build.drop", _DROP, {"table": table})


def formatted(ddl: str, table: str) -> Any:
    """A projection's own DDL for one table. The text is ours, from the projection's file."""
    return sql.SQL(ddl.replace("{table}", read_table(table).as_string(None)))
