"""Processes that work on read models and kill themselves right before a named statement.

    python -m tests.support.crashing LOG

reads orders `NAME<tab>POSTGRES` a line, forks a process for each and answers with its exit code. An empty name
lives. Run again after a death, the work goes on and ends with everything done.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from psycopg_pool import AsyncConnectionPool

from services.administration.projections.staff import STAFF
from services.analytics.projections.log import LOG
from services.command_line.logs import log_to_stderr
from services.intake.projections.case_history import CASE_HISTORY
from services.intake.projections.moulds import MOULDS
from services.intake.projections.open_cases import OPEN_CASES
from services.intake.projections.open_cases import apply as apply_open_cases
from shared.projections.catch_up import catch_up
from shared.projections.healing import heal
from shared.projections.live import live_member, take_together
from shared.projections.materializer import Materializer, Workplace
from shared.projections.projection import Projection
from shared.projections.reader import Reader
from shared.projections.rebuilding import build_beside, discard, swap
from shared.projections.scratch import build_until, drop_scratch
from shared.projections.statements import Hook, Pool
from shared.store.memory import MemoryStore
from shared.store.port import Draft
from tests.support.reading import StillSealed

LIVE = 12
"""The last events come one by one, the others in one stretch."""
WORKED_ON = (OPEN_CASES, CASE_HISTORY, LOG, MOULDS, STAFF)


class Kept(msgspec.Struct):
    """A log in a file."""

    events: list[tuple[str, bytes]]
    sick: str
    ill: str


def defective(projection: Projection, kept: Kept) -> Projection:
    """The same with two defects: one case our code stumbles over, one case the database refuses."""

    def apply(current: Any, recorded: Any, event: Any, reference: Any) -> Any:
        rows = apply_open_cases(current, recorded, event, reference)
        if recorded.aggregate_id == kept.sick and recorded.meta.version > 1:
            raise ZeroDivisionError
        if recorded.aggregate_id == kept.ill:
            return tuple(replace(row, line=replace(row.line, customer_name="\x00")) for row in rows)
        return rows

    return replace(projection, apply=apply)


async def restored(kept: Kept) -> MemoryStore:
    """The log in memory."""
    store = MemoryStore()
    for number, (subject, payload) in enumerate(kept.events):
        version = len(await store.load(subject)) + 1
        draft = Draft(subject, payload, str(number), "", version, "")
        await store.append(draft, await store.head(subject))
    return store


async def work(place: Workplace, kept: Kept) -> None:
    """Everything that the runner does, once: every named statement is sent."""
    last = await place.store.last()
    members = [await live_member(place, defective(OPEN_CASES, kept))]
    members += [await live_member(place, one) for one in WORKED_ON[1:]]
    await catch_up(place.store, members, until=last - LIVE)
    for member in members:
        await member.reload()
    await live(place, members)
    for case_id in (kept.sick, kept.ill):
        await heal(place, OPEN_CASES, f"evt.case.{case_id}")
    (rebuilt,) = await build_beside(place, [OPEN_CASES])
    await swap(place, rebuilt)
    await discard(place, OPEN_CASES)
    for schema in {one.build.table.partition(".")[0] for one in await build_until(place, [MOULDS, STAFF], 5)}:
        await drop_scratch(place, schema)


async def live(place: Workplace, members: list[Materializer]) -> None:
    """The last events, one at a time, as they come in."""
    async for batch in place.store.read(min(member.position for member in members)):
        for recorded in batch:
            reader = Reader([recorded])
            behind = [member for member in members if member.position < recorded.sequence]
            lost = await take_together(place, behind, reader)
            assert not lost, lost


def killing(name: str) -> Hook:
    """Kills this process at once, as a power failure would, when the statement comes up."""

    def hook(statement: str) -> None:
        if statement == name:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


async def main(postgres: str, name: str, store: MemoryStore, kept: Kept) -> None:
    """The whole work, as far as it gets."""
    utc = {"options": "-c timezone=UTC"}
    pool: Pool = AsyncConnectionPool(postgres, min_size=1, max_size=4, open=False, kwargs=utc)
    async with pool:
        await work(Workplace(store, pool, StillSealed(), killing(name)), kept)


def serve(log: Path) -> None:
    """Fork for each order, so that modules and log are loaded once."""
    kept = msgspec.msgpack.decode(log.read_bytes(), type=Kept)
    store = asyncio.run(restored(kept))
    log_to_stderr()
    for line in sys.stdin:
        name, postgres = line.rstrip("\n").split("\t")
        if (child := os.fork()) == 0:
            asyncio.run(main(postgres, name, store, kept))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
