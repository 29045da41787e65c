"""Business time asked through the command line: JSON lines in and out, start and end of the process included."""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from tests.bench.measure import Line, at_least, percentile
from tests.calendars.seed import FILE

RATE = 20_000
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = 3600
SHORT = (HOUR, 4 * HOUR, 40 * HOUR)
LONG = (500 * HOUR, 2_000 * HOUR, 10_000 * HOUR)
"""Open seconds of a quarter, a year and five years."""


async def lines(queries: int, times: int) -> AsyncIterator[Line]:
    """Answers a second for dues within days, for dues over months and years, and for every operation in turn."""
    chance = random.Random(26)
    kinds = {
        "dues within days": [due(chance, SHORT) for _ in range(queries)],
        "dues over months and years": [due(chance, LONG) for _ in range(queries)],
        "all operations, pauses too": [anything(chance, place) for place in range(queries)],
    }
    for name, asked in kinds.items():
        rate = percentile([len(asked) / await took(asked) for _ in range(times)], 0.5)
        yield at_least(f"moldcare calendar evaluate, {name}", f"{rate:.0f}/s", "", rate, RATE)


def due(chance: random.Random, spans: Sequence[int]) -> dict[str, Any]:
    """When so much open time has passed from some second of 2026."""
    return {"op": "due", "start": _second(chance), "work_seconds": chance.choice(spans)}


def anything(chance: random.Random, place: int) -> dict[str, Any]:
    """Each operation in turn."""
    start = _second(chance)
    pauses = [[start + timedelta(hours=hour), start + timedelta(hours=hour + 30)] for hour in (1, 20, 200)]
    work = {"work_seconds": chance.choice((*SHORT, *LONG))}
    return [
        {"op": "due", "start": start, **work, "pauses": pauses},
        {"op": "due_backward", "start": start, **work},
        {"op": "elapsed_seconds", "start": start, "end": start + timedelta(days=chance.randrange(2_000))},
        {"op": "next_open", "start": start},
        {"op": "is_open", "start": start},
    ][place % 5]


def _second(chance: random.Random) -> datetime:
    return BEGUN + timedelta(seconds=chance.randrange(365 * 86_400))


async def took(asked: Sequence[dict[str, Any]]) -> float:
    """Seconds until every query has its answer."""
    body = b"".join(msgspec.json.encode({"id": place, **query}) + b"\n" for place, query in enumerate(asked))
    program = Path(sys.executable).with_name("moldcare")
    began = perf_counter()
    asking = await asyncio.create_subprocess_exec(
        *(str(program), "calendar", "evaluate", "--calendar", str(FILE)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=dict(os.environ),
    )
    answers, _ = await asking.communicate(body)
    seconds = perf_counter() - began
    assert asking.returncode == 0
    assert answers.count(b'"result"') == len(asked)
    return seconds
