"""The build that readers see: found, made when there is none, replaced when the code has a newer version."""

from collections.abc import Sequence

from shared.events.envelope import Recorded
from shared.projections import builds
from shared.projections.materializer import Materializer, Workplace
from shared.projections.projection import Projection
from shared.projections.statements import Statements
from shared.projections.writing import OutOfStep

_UNCONCERNED = """
update projections.build as b set position = %(to)s, applied_at = %(applied_at)s
from unnest(%(tables)s::text[], %(froms)s::bigint[], %(epochs)s::bigint[]) as held(table_name, position, epoch)
where b.table_name = held.table_name and b.position = held.position and b.epoch = held.epoch and b.status <> 'retired'
returning b.table_name"""


async def live_member(place: Workplace, projection: Projection) -> Materializer:
    """The live build of a projection in this code's version.

    While the live one is older, the new version is built beside it and answered; `settle` swaps it in.
    Raises: OutOfStep while newer code runs beside this one.
    """
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        live = await builds.live_build(statements, projection.name)
        if live is not None and live.version > projection.version:
            raise OutOfStep(f"{live.table} is newer than this code")
        if live is None:
            live = await builds.create(statements, projection, projection.table_name(1), "live")
        elif live.version < projection.version:
            live = await _beside(statements, projection)
        await statements.commit()
    return Materializer(place, projection, live)


async def _beside(statements: Statements, projection: Projection) -> builds.Build:
    """The build of a newer version that was begun, or a new one."""
    for build in await builds.builds_of(statements, projection.name):
        if build.version == projection.version and build.status == "building":
            return build
    return await builds.create(statements, projection, await builds.free_table(statements, projection), "building")


async def settle(place: Workplace, member: Materializer) -> None:
    """Let readers see a build of a newer version that has caught up; the older one no longer moves."""
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        await builds.complete(statements, member.projection, member.build.table)
        await builds.promote(statements, member.projection, member.build.table)
        await statements.commit()
    await member.reload()


async def advance_unconcerned(place: Workplace, members: Sequence[Materializer], last: Recorded) -> list[Materializer]:
    """Move the positions of builds that a batch has nothing for, in one statement; those that were out of step."""
    if not members:
        return []
    values = {
        "to": last.sequence,
        "applied_at": last.meta.recorded_at,
        "tables": [member.build.table for member in members],
        "froms": [member.position for member in members],
        "epochs": [member.build.epoch for member in members],
    }
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        moved = {table for (table,) in await statements.fetch("batch.advance_unconcerned", _UNCONCERNED, values)}
        await statements.commit()
    for member in members:
        if member.build.table in moved:
            member.moved(last.sequence)
    return [member for member in members if member.build.table not in moved]
