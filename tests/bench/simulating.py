"""A draft tried on a hundred thousand cases: those of a lived month, week after week over the years before.

The draft takes half of every time that the rules in force give, so that nothing is the same on both sides.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import msgspec
import psycopg
from msgspec.structs import replace

from services.administration.stage import PublishedRules
from services.command_line.ground import Ground, ground
from services.command_line.sample_month.month import Month, fill
from services.command_line.stages import STAGES, read
from services.followup.projections.clock_inputs import CLOCK_INPUTS, ClockInputsRow, inputs_from
from services.followup.stage import Simulated, SimulationQuestion
from shared.clocks.inputs import ClockInputs
from shared.events.policy import SlaContent, Target
from shared.projections.statements import Statements, nothing
from shared.projections.table import Table
from shared.store.identifiers import id_of_number
from tests.bench.measure import Line, at_most
from tests.bench.workshop import workshop

LIVED = 300
TARGET = 60.0
"""Seconds for a hundred thousand cases."""
WEEK = timedelta(weeks=1)
_KEPT = "select aggregate_id, version, sequence, received_at, customer_id, inputs from read.clock_inputs"
_LIVE = "select table_name from projections.build where name = 'clock_inputs' and status = 'live'"
_encode = msgspec.msgpack.Encoder().encode


async def lines(folder: Path, cases: int) -> AsyncIterator[Line]:
    """Seconds and CPU of one simulation, and what the read model takes on disk."""
    async with workshop(folder) as shop:
        await fill(shop.settings, Month(STAGES, LIVED), asyncio.Event())
        async with ground(shop.settings, "service") as here:
            size = await _multiplied(here, cases)
        postgres = shop.settings.access("console").postgres
        async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as connection:
            question = _question(await read("published_rules")(connection))
            began, used = perf_counter(), process_time()
            found: Simulated = await read("simulate")(connection, question)
            seconds, cpu = perf_counter() - began, process_time() - used
    total = found.total
    assert found.cases == cases
    assert total.newly_breached > 0
    told = f"{seconds:.1f} s, {1e6 * cpu / cases:.0f} µs CPU a case"
    name = f"a draft tried on {cases} cases of {total.before.n / cases:.1f} clocks [s]"
    yield at_most(name, told, f"{size / cases / 1000:.1f} kB a case kept", seconds, TARGET * cases / 100_000)


def _question(known: PublishedRules) -> SimulationQuestion:
    now = datetime.now(UTC)
    return SimulationQuestion(
        start=now - timedelta(days=36_500),
        end=now + WEEK,
        at=now,
        levels=known.levels,
        calendars=known.calendars,
        policy=_halved(known.levels[-1].content),
        most=200,
    )


def _halved(levels: SlaContent) -> SlaContent:
    def half(target: Target) -> Target:
        return replace(target, hours=target.hours / 2, zones={zone: hours / 2 for zone, hours in target.zones.items()})

    return replace(
        levels,
        targets={
            name: {urgency: half(target) for urgency, target in each.items()} for name, each in levels.targets.items()
        },
    )


async def _multiplied(here: Ground, cases: int) -> int:
    """So many rows, made of those that there are; the bytes of the table."""
    async with here.pool.connection() as connection:
        found = await (await connection.execute(_KEPT)).fetchall()
        row = await (await connection.execute(_LIVE)).fetchone()
        assert row is not None
        lived = [ClockInputsRow(*values) for values in found]
        table = Table(CLOCK_INPUTS, row[0])
        await table.put(Statements(connection, nothing), list(_earlier(lived, cases - len(lived))), is_bare=True)
        await connection.commit()
        size = await (await connection.execute("select pg_total_relation_size(%s)", (f'read."{row[0]}"',))).fetchone()
        assert size is not None
        return int(size[0])


def _earlier(lived: Sequence[ClockInputsRow], count: int) -> Iterator[ClockInputsRow]:
    for number in range(count):
        one, back = lived[number % len(lived)], (1 + number // len(lived)) * WEEK
        kept = msgspec.convert(
            _moved(msgspec.to_builtins(inputs_from(one.inputs), builtin_types=(datetime, date)), back), ClockInputs
        )
        yield ClockInputsRow(
            id_of_number(f"{number}"), one.version, one.sequence, one.received_at - back, one.customer_id, _encode(kept)
        )


def _moved(value: Any, back: timedelta) -> Any:
    match value:
        case datetime() | date():
            return value - back
        case dict():
            return {name: _moved(one, back) for name, one in value.items()}
        case list() | tuple():
            return [_moved(one, back) for one in value]
    return value
