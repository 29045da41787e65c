"""All read models built anew by `moldcare rebuild --all` in a process of its own while commands come in steadily."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import msgspec

from services.command_line.ground import Ground, ground
from shared.runtime.settings import settings_of
from shared.store.connection import Connection, connect
from tests.bench import bodies
from tests.bench.living import at_head, product
from tests.bench.measure import Line, at_most, percentile

PACE = 20
"""Commands a second, evenly."""


async def lines(folder: Path, seconds: float) -> AsyncIterator[Line]:
    """The 99th percentile of commands, quiet right before and then beside the rebuild."""
    async with product(folder), ground(settings_of({}, folder), "service") as here:
        await at_head(folder)
        console = await connect(here.settings.access("console"), name="bench")
        for number in range(bodies.CONTACTS):
            await _send(here, console, number)
        quiet = await _steadily(here, console, _after(seconds))
        began = perf_counter()
        rebuilding = asyncio.create_task(_rebuild(folder))
        beside = await _steadily(here, console, rebuilding.done)
        await rebuilding
        took = perf_counter() - began
        await console.close()
    yield Line(f"rebuild of all beside {PACE} commands/s", f"{took:.0f} s")
    told = [
        f"p50 {1e3 * percentile(one, 0.5):.1f} ms, p99 {1e3 * percentile(one, 0.99):.1f} ms" for one in (beside, quiet)
    ]
    ratio = percentile(beside, 0.99) / percentile(quiet, 0.99)
    yield at_most("commands beside a rebuild of all / quiet, p99", *told, ratio, 2)


def _after(seconds: float) -> Callable[[], bool]:
    end = perf_counter() + seconds
    return lambda: perf_counter() >= end


async def _steadily(here: Ground, console: Connection, is_over: Callable[[], bool]) -> list[float]:
    """The seconds of each command, sent at its time whether others are answered or not."""
    each: list[float] = []

    async def timed(number: int) -> None:
        began = perf_counter()
        await _send(here, console, number)
        each.append(perf_counter() - began)

    began, number = perf_counter(), 0
    async with asyncio.TaskGroup() as tasks:
        while not is_over():
            tasks.create_task(timed(number))
            number += 1
            await asyncio.sleep(max(0.0, began + number / PACE - perf_counter()))
    return each


async def _send(here: Ground, console: Connection, number: int) -> None:
    token = here.signer.sign("specialist", here.clock.now())
    headers = {"Moldcare-Actor": token, "Command-Id": str(uuid4())}
    answer = await console.request("cmd.intake.RegisterFeedback", bodies.report(number), 30, headers=headers)
    assert msgspec.json.decode(answer.data)["status"] == 201, answer.data


async def _rebuild(folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.command_line.main", "rebuild", "--all"),
        stdout=asyncio.subprocess.DEVNULL,
        env={**os.environ, "MOLDCARE_DATA": str(folder)},
    )
    if await process.wait():
        raise RuntimeError("the rebuild failed")
