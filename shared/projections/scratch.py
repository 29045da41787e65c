"""Read models as they were at an earlier position, in a schema of their own: to be queried, never to be served.

The schema is called after its position; a view called like each read model shows up in it when that one is complete.
What was begun and killed goes on when the same position is asked for again.
"""

from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any

from msgspec import Struct

from shared.projections import builds
from shared.projections.catch_up import Told, catch_up, nobody, rarely
from shared.projections.materializer import Materializer, Workplace
from shared.projections.projection import Projection
from shared.projections.rebuilding import REMEMBERED, finish, unfinished
from shared.projections.statements import Connection, Statements
from shared.store.port import EventStore

_OPEN = "select projections.open_scratch(%(at)s)"
_DROP = "select projections.drop_scratch(%(schema)s)"
_FORGET = "delete from projections.build where status = 'scratch' and split_part(table_name, '.', 1) = %(schema)s"
_KNOWN = """
select split_part(table_name, '.', 1) as schema, min(position), array_agg(name order by name),
    bool_and(to_regclass(split_part(table_name, '.', 1) || '.' || name) is not null),
    coalesce(sum(pg_total_relation_size(to_regclass(quote_ident(split_part(table_name, '.', 1)) || '.'
        || quote_ident(split_part(table_name, '.', 2))))), 0)::bigint
from projections.build where status = 'scratch' group by 1 order by min(position), 1"""


class Scratch(Struct, frozen=True):
    """One schema: how far its read models are, which these are, whether all are complete, and their size [bytes]."""

    schema: str
    position: int
    projections: list[str]
    is_complete: bool
    size: int


async def position_at(store: EventStore, instant: datetime) -> int:
    """The last position that was recorded by an instant, 0 when none was. Raises: StoreUnavailable, IntegrityError."""
    low, high = 0, await store.last()
    while low < high:
        middle = (low + high + 1) // 2
        if await _recorded_at(store, middle) <= instant:
            low = middle
        else:
            high = middle - 1
    return low


async def _recorded_at(store: EventStore, position: int) -> datetime:
    batches: Any = store.read(position - 1)
    async with aclosing(batches):
        async for batch in batches:
            recorded_at: datetime = batch[0].meta.recorded_at
            return recorded_at
    raise LookupError(f"the log ends before {position}")


async def build_until(
    place: Workplace, projections: Sequence[Projection], position: int, told: Told = nobody, *, afresh: bool = False
) -> list[Materializer]:
    """These read models as they were at a position, the log read once for all."""
    members = [await _begun(place, projection, position, afresh=afresh) for projection in projections]
    await catch_up(place.store, members, enough=rarely(len(members)), abreast=1, until=position, told=told)
    for member in members:
        await finish(place, member)
        await _show(place, member)
    return members


async def _begun(place: Workplace, projection: Projection, position: int, *, afresh: bool) -> Materializer:
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        ((schema,),) = await statements.fetch("scratch.open", _OPEN, {"at": position})
        build = await unfinished(statements, projection, "scratch", schema, afresh=afresh)
        if build is None:
            table = f"{schema}.{projection.table_name(1)}"
            build = await builds.create(statements, projection, table, "scratch")
        await statements.commit()
    return Materializer(place, projection, build, remembered=REMEMBERED)


async def _show(place: Workplace, member: Materializer) -> None:
    schema = member.build.table.rpartition(".")[0]
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        await builds.show(statements, f"{schema}.{member.projection.name}", member.build.table)
        await statements.commit()


async def scratches(connection: Connection) -> list[Scratch]:
    """All scratch schemas, the earliest first."""
    return [Scratch(*row) for row in await (await connection.execute(_KNOWN)).fetchall()]


async def drop_scratch(place: Workplace, schema: str) -> bool:
    """Throw a scratch schema away with everything in it; whether there was one."""
    async with place.pool.connection() as connection:
        if schema not in {one.schema for one in await scratches(connection)}:
            return False
        statements = Statements(connection, place.hook)
        await statements.run("scratch.drop", _DROP, {"schema": schema})
        await statements.run("scratch.forget", _FORGET, {"schema": schema})
        await statements.commit()
    return True
