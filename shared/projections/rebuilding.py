"""Builds a read model again beside the live one, shows how the rows differ, and swaps the view in one transaction."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import sql

from shared.events.envelope import Recorded
from shared.projections import builds
from shared.projections.builds import Build
from shared.projections.catch_up import Stop, catch_up, many_rows
from shared.projections.materializer import Materializer, Workplace
from shared.projections.projection import Projection
from shared.projections.statements import Statements, identifiers, read_table

UNLIMITED = 10_000_000
"""Aggregates remembered while building anew: all there are."""
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


async def build_beside(place: Workplace, projection: Projection) -> Materializer:
    """A new build of this code's version, brought up to the head; the live one goes on serving."""
    member = await _begin(place, projection, "building")
    await catch_up(place.store, [member], enough=many_rows)
    return member


async def build_until(place: Workplace, projection: Projection, until: int | datetime) -> Materializer:
    """The read model as it was at a position or an instant of recording, in a table that nobody else reads."""
    member = await _begin(place, projection, "scratch")
    stop = _stop(until) if isinstance(until, datetime) else None
    position = until if isinstance(until, int) else None
    await catch_up(place.store, [member], enough=many_rows, stop=stop, until=position)
    return member


def _stop(instant: datetime) -> Stop:
    def is_later(recorded: Recorded) -> bool:
        return recorded.meta.recorded_at > instant

    return is_later


async def _begin(place: Workplace, projection: Projection, status: str) -> Materializer:
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        taken = {build.table for build in await builds.builds_of(statements, projection.name)}
        number = next(n for n in range(1, len(taken) + 2) if projection.table_name(n) not in taken)
        build = await builds.create(statements, projection, projection.table_name(number), status)
        await statements.commit()
    return Materializer(place, projection, build, remembered=UNLIMITED)


async def compare(place: Workplace, projection: Projection, old: str, new: str) -> Difference:
    """The row difference of two builds of the same columns; of keys only where the columns changed."""
    text = sql.SQL(_DIFFERENCE).format(keys=identifiers(projection.key), old=read_table(old), new=read_table(new))
    added = dropped = changed = 0
    keys: list[list[Any]] = []
    async with place.pool.connection() as connection, connection.cursor(name="difference") as cursor:
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
        if member.position == 0:
            await builds.complete(statements, member.projection, member.build.table)
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
