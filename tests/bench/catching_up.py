"""Read models caught up and built anew on a long log, beside a bare program that does the same work."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence

from services.command_line.ground import ground, opened_log
from services.command_line.stages import projections
from tests.bench.measure import Line, at_least, at_most, paired
from tests.bench.workshop import Workshop

Told = dict[str, float]


async def spoken(shop: Workshop, *arguments: str) -> Told:
    """What a program says of itself at its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **shop.environment()},
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    told: Told = json.loads(said)
    return told


async def lines(shop: Workshop, rounds: int) -> Sequence[Line]:
    """Catch-up of one and of all, and a rebuild."""
    async with ground(shop.settings, "service") as here, opened_log(here) as store:
        end = await store.last()
    folder = str(shop.settings.data)
    found: list[Line] = []
    for mode in ("catch-up", "rebuild"):
        ours, bare = list[Told](), list[Told]()
        for _ in range(rounds):
            ours.append(await spoken(shop, "tests.bench.following", folder, mode, "open_cases"))
            bare.append(await spoken(shop, "tests.bench.bare.follow", mode, str(end)))
        ratio = paired([one["seconds"] for one in ours], [one["seconds"] for one in bare])
        told = [_told(one, end) for one in (ours, bare)]
        if mode == "catch-up":
            found.append(at_least(f"catch-up of open cases, {end} events / bare", *told, 1 / ratio, 0.7))
            fastest = max(end / one["seconds"] for one in ours)
            found.append(at_least("the same, events a second", f"{fastest:.0f}/s", "", fastest, 18_000))
        else:
            found.append(at_most(f"rebuild of open cases, {end} events / bare", *told, ratio, 1.5))
    every = await spoken(shop, "tests.bench.following", folder, "catch-up")
    name = f"catch-up of all {len(projections())} read models"
    found.append(at_least(name, _told([every], end), "", end / every["seconds"], 6_000))
    return found


def _told(runs: Sequence[Told], events: int) -> str:
    seconds = sorted(one["seconds"] for one in runs)[len(runs) // 2]
    used = sum(one["cpu"] for one in runs) / len(runs)
    return f"{seconds:.1f} s = {events / seconds:.0f}/s, {1e6 * used / events:.0f} µs CPU"
