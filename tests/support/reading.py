"""Read models of a test: where they are kept, what follows the log, and the rows that a plain refold makes."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from services.administration.stage import STAGE as ADMINISTRATION
from services.analytics.stage import STAGE as ANALYTICS
from services.dispatch.stage import STAGE as DISPATCH
from services.followup.stage import STAGE as FOLLOWUP
from services.intake.stage import STAGE as INTAKE
from shared.case.effective import Told, case_of, effective, told_of
from shared.events.catalogue import decode
from shared.events.envelope import Recorded
from shared.masters.aggregates import revises
from shared.projections.materializer import Workplace
from shared.projections.opening import Opener
from shared.projections.progress import wait_for
from shared.projections.projection import Projection
from shared.projections.reader import Corrected
from shared.projections.reference import Reference, is_rule, learn
from shared.projections.standing import Change, Standing, step
from shared.projections.statements import Hook, Pool, identifiers, nothing, read_table
from shared.runtime.settings import Settings
from shared.store.follow import Follower
from shared.store.port import EventStore

PROJECTIONS: list[Projection] = [
    projection for stage in (INTAKE, DISPATCH, FOLLOWUP, ANALYTICS, ADMINISTRATION) for projection in stage.projections
]


class StillSealed:
    """Opens nothing: the fields as they stand in the log."""

    async def open_all(self, events: Sequence[Recorded]) -> dict[int, dict[str, Any]]:
        return {one.sequence: msgspec.json.decode(one.raw) for one in events}


@asynccontextmanager
async def workplace(
    settings: Settings, store: EventStore, opener: Opener | None = None, hook: Hook = nothing
) -> AsyncIterator[Workplace]:
    """Everything that builds need, with the rights of a service."""
    pool: Pool = AsyncConnectionPool(
        settings.access("service").postgres,
        kwargs={"options": "-c timezone=UTC"},
        min_size=1,
        max_size=8,
        open=False,
    )
    async with pool:
        yield Workplace(store, pool, opener or StillSealed(), hook)


@asynccontextmanager
async def following(place: Workplace, projections: Sequence[Projection], **more: Any) -> AsyncIterator[Follower]:
    """A follower at work until left."""
    follower = Follower(place, projections, **more)
    task = asyncio.create_task(follower.run())
    try:
        yield follower
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def shown(place: Workplace, projections: Sequence[Projection], sequence: int | None = None) -> None:
    """Wait until these read models hold everything up to a position, the head if none is given."""
    at = await place.store.last() if sequence is None else sequence
    assert await wait_for(place.pool, at, [one.name for one in projections], 20.0), f"position {at} was not reached"


async def whole_log(store: EventStore) -> list[Recorded]:
    """Every event."""
    return [recorded async for batch in store.read(0) for recorded in batch]


async def refolded(place: Workplace, projection: Projection, log: Iterable[Recorded]) -> list[tuple[Any, ...]]:
    """The rows that a projection makes of a log, event by event, without any of the machinery."""
    reference, current, rows = Reference(), dict[str, Any](), dict[Any, Any]()
    standings, past = dict[str, Standing](), defaultdict[str, list[Recorded]](list)
    for recorded in log:
        past[recorded.subject].append(recorded)
        if projection.folds and projection.concerns(recorded):
            before = standings.get(recorded.subject)
            revised = case_of(map(told_of, past[recorded.subject])) if revises(recorded) else None
            standings[recorded.subject] = step(before, recorded, decode(recorded), reference, revised)
        if projection.concerns(recorded) and (not projection.handles or recorded.meta.type in projection.handles):
            event: Any = None
            if projection.opens:
                event = (await place.opener.open_all([recorded]))[recorded.sequence]
            elif not projection.verbatim:
                event = decode(recorded)
            known: Any = current.get(recorded.subject) if projection.carries else None
            if projection.folds:
                known = Change(before, standings[recorded.subject])
            elif (projection.opens or projection.recounts) and revises(recorded):
                known = await _corrected(place, past[recorded.subject], opened=projection.opens)
            for row in projection.apply(known, recorded, event, reference):
                rows[projection.key_of(row)] = row
                current[recorded.subject] = row
        if is_rule(recorded):
            reference = learn(reference, recorded)
    return [projection.values_of(rows[key]) for key in sorted(rows)]


async def _corrected(place: Workplace, past: Sequence[Recorded], *, opened: bool) -> Corrected:
    by_id, told = {one.meta.event_id: one for one in past}, list(map(told_of, past))
    if opened:
        fields = await place.opener.open_all(past)
        told = [Told(one.meta, fields[one.sequence]) for one in past]
    return Corrected(list(past), [(by_id[one.meta.event_id], one) for one in effective(told)])


async def stored(place: Workplace, projection: Projection, table: str | None = None) -> list[tuple[Any, ...]]:
    """The rows that stand in the view, or in a table, by key."""
    text = sql.SQL("select {} from {}").format(identifiers(projection.columns), read_table(table or projection.name))
    async with place.pool.connection() as connection:
        found = await (await connection.execute(text)).fetchall()
    return sorted((tuple(row) for row in found), key=lambda row: projection.key_of(projection.row_of(row)))


async def parked(place: Workplace, name: str) -> list[tuple[str, int]]:
    """What stands in quarantine in the live build: subject and position."""
    text = """select p.subject, p.sequence from projections.parked as p join projections.build as b using (table_name)
        where b.name = %(name)s and b.status = 'live' order by p.sequence"""
    async with place.pool.connection() as connection:
        return [tuple(row) for row in await (await connection.execute(text, {"name": name})).fetchall()]
