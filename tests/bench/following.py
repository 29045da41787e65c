"""Our read models caught up or built anew in a process of their own; prints seconds and CPU as JSON.

`python -m tests.bench.following FOLDER catch-up|rebuild [NAME …]`
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from services.command_line.ground import ground, opened_log
from services.command_line.stages import projections
from shared.projections.catch_up import catch_up
from shared.projections.live import live_member
from shared.projections.materializer import Workplace
from shared.projections.projection import Projection
from shared.projections.rebuilding import build_beside, discard
from shared.runtime.background import collect_seldom
from shared.runtime.settings import settings_of


async def forget(place: Workplace, one: Projection) -> None:
    """Throw all builds of a read model away."""
    async with place.pool.connection() as connection:
        for (table,) in await (
            await connection.execute("select table_name from projections.build where name = %s", (one.name,))
        ).fetchall():
            await connection.execute(f'drop table if exists read."{table}" cascade')
        await connection.execute("delete from projections.build where name = %s", (one.name,))


async def follow(folder: Path, mode: str, names: Sequence[str]) -> None:
    """Measure one way once."""
    async with ground(settings_of({}, folder), "service") as here, opened_log(here) as store:
        place = Workplace(store, here.pool, here.opener)
        wanted = [projections()[name] for name in names or projections()]
        if mode == "catch-up":
            for one in wanted:
                await forget(place, one)
        began, used = time.perf_counter(), time.process_time()
        if mode == "catch-up":
            await catch_up(store, [await live_member(place, one) for one in wanted])
        else:
            (built,) = await build_beside(place, wanted)
        said = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}
        if mode == "rebuild":
            await discard(place, wanted[0], table=built.build.table)
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    collect_seldom()
    uvloop.run(follow(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
