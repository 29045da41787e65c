"""The build that readers see: found, made when there is none, replaced when the code has a newer version."""

import asyncio
from collections.abc import Mapping, Sequence

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from shared.projections import builds
from shared.projections.folding import Folded
from shared.projections.materializer import Materializer, Workplace
from shared.projections.projection import Projection
from shared.projections.reader import Reader
from shared.projections.statements import Statements
from shared.projections.writing import REFUSED_ROWS, OutOfStep, write_together
from shared.runtime import tracing
from shared.store.port import StoreUnavailable

UNREACHABLE = (StoreUnavailable, ConnectionError, psycopg.OperationalError, PoolTimeout)
"""What is said of the log and of the database when they cannot be asked now."""
LEAVES = (OutOfStep, *UNREACHABLE)
"""After this a build looks again where it stands."""
_log = structlog.get_logger(__name__)


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


async def take_together(
    place: Workplace, members: Sequence[Materializer], reader: Reader
) -> list[tuple[Materializer, BaseException]]:
    """Bring one batch into the rows of these builds; those that could not take it, and why.

    Short stretches are written in one transaction, most builds have a row or none. When that cannot be, and where
    spans are collected, each build is written by itself: what is wrong with one touches no other.
    """
    lost: list[tuple[Materializer, BaseException]] = []
    stretches: dict[Materializer, Folded] = {}

    async def fold(member: Materializer) -> None:
        try:
            stretches[member] = await member.fold_next(reader)
        except LEAVES as error:
            lost.append((member, error))

    async def write(member: Materializer, folded: Folded) -> None:
        try:
            await member.write(folded)
        except LEAVES as error:
            lost.append((member, error))

    await asyncio.gather(*map(fold, members))
    written = await _written_together(place, stretches)
    await asyncio.gather(*(write(one, folded) for one, folded in stretches.items() if one not in written))
    return lost


async def _written_together(place: Workplace, stretches: Mapping[Materializer, Folded]) -> set[Materializer]:
    short = {
        one: folded
        for one, folded in stretches.items()
        if not one.has_nothing_of(folded) and one.stretch(folded).is_short
    }
    if len(short) < 2 or tracing.is_collected():
        return set()
    try:
        async with place.pool.connection() as connection:
            statements = Statements(connection, place.hook)
            await write_together(statements, [one.stretch(folded) for one, folded in short.items()])
    except (OutOfStep, *REFUSED_ROWS):
        return set()
    except UNREACHABLE as error:
        _log.warning("not written together", error=type(error).__name__)
        return set()
    for one, folded in short.items():
        one.wrote(folded)
    return set(short)
