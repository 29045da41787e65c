"""Builds read models again beside the live ones, shows how the rows differ, and swaps a view in one transaction."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from msgspec import Struct
from psycopg import sql

from shared.projections import builds
from shared.projections.builds import Build
from shared.projections.catch_up import Told, catch_up, nobody, rarely
from shared.projections.leases import Leases
from shared.projections.materializer import Materializer, Workplace
from shared.projections.projection import Projection
from shared.projections.statements import Connection, Statements, identifiers, read_table

REMEMBERED = 200_000
"""Aggregates whose newest row is remembered while building anew."""
SHOWN = 20

_DIFFERENCE = """
select {keys}, old.t is null, new.t is null
from (select {keys}, t::text as t from {old} as t) as old
full outer join (select {keys}, t::text as t from {new} as t) as new using ({keys})
where old.t is distinct from new.t
order by {keys}"""


class Difference(Struct, frozen=True):
    """How many rows a new build adds, drops and changes, and the keys of the first of them."""

    added: int
    dropped: int
    changed: int
    keys: list[list[Any]]

    @property
    def is_none(self) -> bool:
        """Whether both builds hold the same rows."""
        return not (self.added or self.dropped or self.changed)


class AlreadyRebuilding(Exception):
    """Another process builds this read model anew."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} 正由另一进程重建 / {name} is being rebuilt by another process")


@asynccontextmanager
async def alone(place: Workplace, projections: Sequence[Projection]) -> AsyncIterator[None]:
    """While this is open nobody else builds these anew. Raises: AlreadyRebuilding."""
    leases = Leases(place.pool)
    try:
        for projection in projections:
            if not await leases.is_acquired(f"rebuild {projection.name}"):
                raise AlreadyRebuilding(projection.name)
        yield
    finally:
        await leases.close()


async def build_beside(
    place: Workplace, projections: Sequence[Projection], told: Told = nobody, *, afresh: bool = False
) -> list[Materializer]:
    """Builds of this code's version, brought up to the head; the live ones go on serving.

    The log is read once for all. A build that was begun and killed goes on from what it has written, unless `afresh`.
    """
    members = [await _begun(place, projection, afresh=afresh) for projection in projections]
    await catch_up(place.store, members, enough=rarely(len(members)), abreast=1, told=told)
    for member in members:
        await finish(place, member)
    return members


async def _begun(place: Workplace, projection: Projection, *, afresh: bool) -> Materializer:
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        begun = await unfinished(statements, projection, "beside", afresh=afresh)
        table = begun.table if begun is not None else await builds.free_table(statements, projection)
        build = begun or await builds.create(statements, projection, table, "beside")
        await statements.commit()
    return Materializer(place, projection, build, remembered=REMEMBERED)


async def unfinished(
    statements: Statements, projection: Projection, status: str, schema: str = "", *, afresh: bool = False
) -> Build | None:
    """The build to go on with; those that other code began are thrown away, and all of them when wanted `afresh`."""
    found = None
    for build in await builds.builds_of(statements, projection.name):
        if build.status != status or build.table.rpartition(".")[0] != schema:
            continue
        if build.version == projection.version and not afresh:
            found = build
        else:
            await builds.drop(statements, build.table)
    return found


async def finish(place: Workplace, member: Materializer) -> None:
    """Give a build that has caught up what its rows are found by."""
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        await builds.complete(statements, member.projection, member.build.table)
        await statements.commit()


async def difference_to_live(place: Workplace, member: Materializer) -> Difference | None:
    """How a build's rows differ from the live ones, both at the same position; None while there are no live ones.

    The live one's writer waits for the last few events only: the rows are compared as they stood at that moment.
    """
    await level(place, member)
    async with place.pool.connection() as holding, place.pool.connection() as looking:
        statements = Statements(holding, place.hook)
        live = await builds.live_build(statements, member.projection.name)
        if live is None:
            return None
        live = await builds.held_build(statements, live.table)
        await catch_up(place.store, [member], until=live.position)
        await looking.execute("set transaction isolation level repeatable read")
        await looking.execute("select 1")
        await holding.rollback()
        return await _compared(looking, member.projection, live.table, member.build.table)


async def compare(place: Workplace, projection: Projection, old: str, new: str) -> Difference:
    """The row difference of two builds of the same columns; of keys only where the columns changed."""
    async with place.pool.connection() as connection:
        return await _compared(connection, projection, old, new)


async def _compared(connection: Connection, projection: Projection, old: str, new: str) -> Difference:
    text = sql.SQL(_DIFFERENCE).format(keys=identifiers(projection.key), old=read_table(old), new=read_table(new))
    added = dropped = changed = 0
    keys: list[list[Any]] = []
    async with connection.cursor(name="difference") as cursor:
        await cursor.execute(text)
        async for *key, is_added, is_dropped in cursor:
            added, dropped = added + bool(is_added), dropped + bool(is_dropped)
            changed += not (is_added or is_dropped)
            if len(keys) < SHOWN:
                keys.append(key)
    return Difference(added, dropped, changed, keys)


async def level(place: Workplace, member: Materializer) -> None:
    """Bring a build to the position of the live one, as near as it stands when this returns."""
    live = await _live(place, member.projection)
    if live is not None and member.position < live.position:
        await catch_up(place.store, [member], until=live.position)


async def swap(place: Workplace, member: Materializer) -> Build | None:
    """Show readers this build instead of the live one, which is answered; both stand at the same position then.

    The live one's writer waits for the last few events only.
    """
    await level(place, member)
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        live = await builds.live_build(statements, member.projection.name)
        if live is not None:
            live = await builds.held_build(statements, live.table)
            await catch_up(place.store, [member], until=live.position)
        await builds.promote(statements, member.projection, member.build.table)
        await statements.commit()
    return live


async def discard(place: Workplace, projection: Projection, *, table: str | None = None) -> list[str]:
    """Drop one build, or all retired ones; the tables dropped. Raises: ValueError for the live one."""
    dropped = []
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        for build in await builds.builds_of(statements, projection.name):
            if build.table == table or (table is None and build.status == "retired"):
                if build.status == "live":
                    raise ValueError(f"{build.table} is live")
                await builds.drop(statements, build.table)
                dropped.append(build.table)
        await statements.commit()
    return dropped


async def rows_hash(place: Workplace, projection: Projection, table: str) -> tuple[int, str]:
    """The number of rows and a hash over all columns of all rows in the order of the key."""
    text = sql.SQL(
        "select count(*), coalesce(md5(string_agg(md5(t::text), '' order by {keys})), '') from {table} as t"
    ).format(keys=identifiers(projection.key), table=read_table(table))
    async with place.pool.connection() as connection:
        row = await (await connection.execute(text)).fetchone()
    return (0, "") if row is None else (row[0], row[1])


async def _live(place: Workplace, projection: Projection) -> Build | None:
    async with place.pool.connection() as connection:
        return await builds.live_build(Statements(connection, place.hook), projection.name)
