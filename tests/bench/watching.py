"""The watch over time: a tick that finds nothing among many open clocks, and one that finds a thousand due."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from itertools import count
from statistics import median
from time import perf_counter
from uuid import uuid4

import msgspec
import structlog

from services.command_line.compose import services, timer_of
from services.command_line.ground import Ground
from services.command_line.seeding import plant, rules, sample
from services.command_line.stages import STAGES
from services.followup.stage import STAGE as FOLLOWUP
from shared.reactors.timer import Timer
from shared.store.cache import Aggregates
from shared.store.commands import Outgoing
from shared.store.port import EventStore
from tests.bench import bodies
from tests.bench.measure import Line
from tests.bench.workshop import Workshop

NOTHING, BURST = 0.020, 10.0
"""Seconds that a tick may take: one that finds nothing, one that finds `DUE` commands."""
DUE = 1_000
WRITERS = 20
_OPEN = """
insert into runner.outbox
select 'clock:' || n || ':1:RESOLUTION', 'watch-clocks', 'followup', 'FlagBreach', 'case-' || n, '{}', 'id-' || n,
    '-', '-', now() + interval '1 day' + n * interval '1 second', 'pending', 0, null, null
from generate_series(1, %(clocks)s) as n"""


async def lines(shop: Workshop, clocks: int, rounds: int) -> AsyncIterator[Line]:
    """Services with their own ticks far apart, so that only the measured one works."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    async with services(shop.settings, STAGES, tick=3600.0) as running:
        here, store = running.ground, running.store
        await plant(here, store, rules())
        await plant(here, store, sample(), is_sample=True)
        async with here.pool.connection() as connection:
            await connection.execute(_OPEN.encode(), {"clocks": clocks})
            await connection.execute("analyze runner.outbox")
        timer = timer_of(here, store, Aggregates(store), FOLLOWUP, 3600.0)
        timer.start()
        try:
            yield await _nothing(timer, clocks, rounds)
            yield await _burst(timer, here, store, clocks)
        finally:
            await timer.stop()


async def _nothing(timer: Timer, clocks: int, rounds: int) -> Line:
    assert await timer.tick()
    each = []
    for _ in range(rounds * 10):
        began = perf_counter()
        await timer.tick()
        each.append(perf_counter() - began)
    told = f"{1e3 * median(each):.1f} ms, at most {1e3 * max(each):.1f} ms"
    name = f"tick that finds nothing, {clocks} open clocks"
    return Line(name, told, "", "", f"<= {1e3 * NOTHING:g} ms", reached=median(each) <= NOTHING)


async def _burst(timer: Timer, here: Ground, store: EventStore, clocks: int) -> Line:
    """Urgent cases that came in 50 minutes ago: each is raised to level 1, which 45 of its 60 minutes bring about."""
    await _register(here, DUE)
    before, began = await store.last(), perf_counter()
    await timer.tick()
    seconds, made = perf_counter() - began, await store.last() - before
    assert (await _due(here), made) == (0, DUE)
    told = f"{seconds:.1f} s, {made / seconds:.0f} commands/s"
    name = f"tick that finds {DUE} due, {clocks} open clocks"
    return Line(name, told, "", "", f"<= {BURST:g} s", reached=seconds <= BURST)


async def _due(here: Ground) -> int:
    async with here.pool.connection() as connection:
        question = "select count(*) from runner.outbox where state = 'pending' and not_before <= now()"
        row = await (await connection.execute(question)).fetchone()
    return int(row[0]) if row is not None else 0


async def _register(here: Ground, cases: int) -> None:
    numbers = count(1)

    async def write(given: Sequence[int]) -> None:
        for number in given:
            body = msgspec.json.decode(bodies.report(number))
            received_at = here.clock.now() - timedelta(minutes=50)
            body |= {"claimed_urgency": "URGENT", "received_at": received_at.isoformat()}
            body |= {"fault_at": (received_at - timedelta(hours=1)).isoformat()}
            order = Outgoing(
                service="intake",
                command="RegisterFeedback",
                aggregate_id=None,
                command_id=str(uuid4()),
                token=here.signer.sign("specialist", here.clock.now()),
            )
            answer = await here.commands.ask(order, msgspec.json.encode(body))
            assert answer.status == 201, answer.body

    parts = [[next(numbers) for _ in range(cases // WRITERS)] for _ in range(WRITERS)]
    async with asyncio.TaskGroup() as tasks:
        for part in parts:
            tasks.create_task(write(part))
