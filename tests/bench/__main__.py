"""`make bench`: every path in one run, its ratio beside the target. `--quick` takes under two minutes."""

import argparse
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvloop
from msgspec import Struct

from tests.bench import (
    catching_up,
    commands,
    deciding,
    evaluating,
    lists,
    living,
    loading,
    masters,
    peer,
    rebuilt,
    simulating,
    watching,
)
from tests.bench.generating import filled
from tests.bench.measure import Line, printed
from tests.bench.workshop import workshop


class Scale(Struct, frozen=True):
    """How much is done: rounds of neighbours, pieces of a round, cases of 20 events in the log, seconds of live
    work and of rest; passes over the whole log; rows of a table; cases of a firm's years, and questions of each kind
    about them; clocks that run."""

    rounds: int
    pieces: int
    cases: int
    seconds: float
    idle: float
    passes: int
    rows: int
    firm: int
    questions: int
    clocks: int = 100_000


QUICK = Scale(rounds=2, pieces=60, cases=2_500, seconds=5.0, idle=5.0, passes=2, rows=4_000, firm=2_000, questions=20)
FULL = Scale(
    rounds=9, pieces=300, cases=50_000, seconds=30.0, idle=60.0, passes=2, rows=20_000, firm=100_000, questions=60
)


async def command_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """One command through NATS, service, store and back."""
    async with workshop(folder) as shop:
        for line in commands.lines(await commands.measured(shop, scale.rounds, scale.pieces)):
            yield line


async def rule_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """The rules alone, in memory."""
    async for line in deciding.lines(scale.pieces):
        yield line


async def calendar_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Business time asked of a calendar."""
    async for line in evaluating.lines(200 * scale.pieces, scale.passes + 1):
        yield line


async def peer_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """The library from PyPI."""
    async with workshop(folder) as shop:
        for line in await peer.lines(shop, scale.rounds, scale.pieces):
            yield line


async def life_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """The whole product, new."""
    async for line in living.fresh_lines(folder, scale.seconds):
        yield line


async def log_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """What depends on a long log."""
    async with workshop(folder) as shop:
        await filled(shop, scale.cases)
        for line in await loading.lines(shop, scale.cases, scale.rounds, scale.pieces):
            yield line
        for line in await catching_up.lines(shop, scale.passes):
            yield line
    async for line in living.long_lines(folder, scale.seconds, scale.idle):
        yield line


async def watch_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """The watch over time."""
    async with workshop(folder) as shop:
        async for line in watching.lines(shop, scale.clocks, scale.rounds):
            yield line


async def masters_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Tables of master data."""
    async for line in masters.lines(folder, scale.rows):
        yield line


async def simulation_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """What would have been."""
    async for line in simulating.lines(folder, scale.firm):
        yield line


async def size_lines(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """A store of the size of a large firm's years: what people ask of it, and building it all anew."""
    async for line in lists.lines(folder, scale.firm, scale.questions):
        yield line
    async for line in rebuilt.lines(folder, scale.seconds):
        yield line


PARTS: dict[str, Callable[[Path, Scale], AsyncIterator[Line]]] = {
    "commands": command_lines,
    "rules": rule_lines,
    "calendar": calendar_lines,
    "peer": peer_lines,
    "life": life_lines,
    "masters": masters_lines,
    "watch": watch_lines,
    "simulations": simulation_lines,
    "log": log_lines,
    "lists": size_lines,
}


@contextmanager
def folder_for(part: str, kept: Path | None) -> Iterator[Path]:
    """A folder for the servers: one of its own that goes, or below the one that is kept."""
    if kept is not None:
        yield kept / part
        return
    with tempfile.TemporaryDirectory(prefix="moldcare-bench-") as folder:
        yield Path(folder)


async def run(scale: Scale, parts: Sequence[str], kept: Path | None) -> bool:
    """Run these parts and print a line for each ratio; whether all were reached."""
    print("| path | ours | beside | ratio | target | |\n|---|---|---|---|---|---|", flush=True)
    found: list[Line] = []
    for part in parts:
        with folder_for(part, kept) as folder:
            async for line in PARTS[part](folder, scale):
                print(printed(line), flush=True)
                found.append(line)
    return all(line.reached is not False for line in found)


def main() -> int:
    """The exit code: 1 when a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, under two minutes")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="some parts")
    parser.add_argument("--keep", type=Path, help="keep the servers' folders here, and use a long log again")
    told = parser.parse_args()
    return 0 if uvloop.run(run(QUICK if told.quick else FULL, told.only, told.keep)) else 1


if __name__ == "__main__":
    sys.exit(main())
