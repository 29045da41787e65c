"""The sample month as a whole: its first facts, its cases, the hand-over to the live product, and its read models."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from services.command_line import seeding
from services.command_line.compose import handler_of
from services.command_line.ground import Ground, ground, opened_log
from services.command_line.sample_month import CASES
from services.command_line.sample_month.cases import SPAN, Masters
from services.command_line.sample_month.filling import Filling, Hearing, Straight, Told
from services.command_line.sample_month.past import accepted, start_of
from services.command_line.sample_month.planning import plan
from services.command_line.sample_month.reacting import Reactors
from services.command_line.sample_month.shelf import Shelf
from shared.projections.catch_up import catch_up
from shared.projections.live import live_member
from shared.projections.materializer import Workplace
from shared.reactors.handover import hand_over, has_begun
from shared.runtime.clock import Clock, SimulatedClock, SystemClock
from shared.runtime.settings import Settings
from shared.runtime.stage import Stage
from shared.store.jetstream import JetStreamStore
from shared.store.port import EventStore

_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)


class Filled(Struct, frozen=True):
    """What a filling came to. `refused`: steps that the rules did not accept; their cases ended there."""

    cases: int
    events: int
    refused: Sequence[str] = ()
    is_complete: bool = True


class Month(Struct, frozen=True):
    """How much is filled in, up to which day, and who is told how far it is."""

    stages: Sequence[Stage]
    cases: int = CASES
    today: Clock = SystemClock()
    told: Told = lambda done, of: None


async def fill(settings: Settings, month: Month, stop: asyncio.Event) -> Filled | None:
    """Fill an empty store, or go on where a filling stopped; None when there is nothing to fill.

    Raises: SeedRefused, StoreUnavailable, IntegrityError, ConnectionError.
    """
    clock = SimulatedClock(_BEFORE)
    async with ground(settings, "service", clock) as here, opened_log(here) as store:
        start = await start_of(store, month.today.now())
        async with here.pool.connection() as connection:
            if start is None or await has_begun(connection):
                return None
        clock.advance(start - clock.now())
        return await _lived(here, store, clock, month, stop)


async def _lived(
    here: Ground, store: JetStreamStore, clock: SimulatedClock, month: Month, stop: asyncio.Event
) -> Filled:
    start, hearing = clock.now(), Hearing(store)
    door = Straight(handler_of(here, store, hearing, month.stages))
    await _seeded(here, store, door)
    policies = [policy for stage in month.stages for policy in stage.policies]
    reactors, past = Reactors(policies), await accepted(store)
    known = {recorded.meta.command_id for recorded in past}
    for recorded in past:
        if recorded.kind != "case":
            reactors.see(recorded)
    planned = plan(start, masters(), month.cases)
    papers = [paper for one in planned if one.command_id not in known for paper in one.papers]
    async with Shelf(here.files, papers) as shelf:
        filling = Filling(
            door, hearing, reactors, shelf, clock=clock, signer=here.signer, opener=here.people, past=past
        )
        is_complete = await filling.run(planned, start + SPAN, stop, month.told)
    if is_complete:
        async with here.pool.connection() as connection, connection.transaction():
            names = [policy.name for policy in policies]
            await hand_over(connection, names, reactors.position, reactors.intentions.values())
        await _shown(here, store, month.stages)
    return Filled(month.cases, reactors.position, tuple(filling.refused), is_complete)


async def _seeded(here: Ground, store: EventStore, door: Straight) -> None:
    """People first, so that the log of a sample begins with a sample event; then rules, customers and moulds."""
    await seeding.plant(here, store, seeding.people(), is_sample=True, door=door)
    await seeding.plant(here, store, seeding.rules(), door=door)
    await seeding.plant(here, store, seeding.sample(), is_sample=True, door=door)


async def _shown(here: Ground, store: EventStore, stages: Sequence[Stage]) -> None:
    """All read models at the head, so that whoever signs in first sees the whole month."""
    place = Workplace(store, here.pool, here.opener)
    members = [await live_member(place, projection) for stage in stages for projection in stage.projections]
    await catch_up(store, members)


def masters() -> Masters:
    """Customers and moulds of the sample."""
    told = seeding.content("sample")
    return Masters({one["customer_no"]: one for one in told["customers"]}, told["moulds"])
