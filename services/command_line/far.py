"""Catches read models up in a process of its own, so that the services of this one keep their time."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from services.command_line.ground import ground, opened_log
from services.command_line.stages import projections
from shared.projections.builds import Build, named_build
from shared.projections.catch_up import catch_up
from shared.projections.materializer import Materializer, Workplace
from shared.projections.statements import Statements
from shared.runtime.background import work_in_background
from shared.runtime.processes import dying_with_us
from shared.runtime.settings import Settings, settings_of
from shared.store.follow import SendFar
from shared.store.port import StoreUnavailable


def send_far(settings: Settings) -> SendFar:
    """Starts the child for some tables and waits for it; a child that fails is a StoreUnavailable: try again."""

    async def send(tables: Sequence[str]) -> None:
        child = await asyncio.create_subprocess_exec(
            *dying_with_us([sys.executable, "-m", __name__, *tables], "KILL"),
            env={**os.environ, "MOLDCARE_DATA": str(settings.data)},
            start_new_session=True,
        )
        try:
            if code := await child.wait():
                raise StoreUnavailable(f"catching up ended with {code}")
        finally:
            if child.returncode is None:
                child.send_signal(signal.SIGKILL)
                await child.wait()

    return send


async def caught_up(settings: Settings, tables: Sequence[str]) -> None:
    """Bring these builds to the head. Raises: LookupError for a table that is no build."""
    async with ground(settings, "service") as here, opened_log(here) as store:
        place, known = Workplace(store, here.pool, here.opener), projections()
        members = []
        for table in tables:
            build = await _build(place, table)
            members.append(Materializer(place, known[build.name], build))
        await catch_up(store, members)


async def _build(place: Workplace, table: str) -> Build:
    async with place.pool.connection() as connection:
        build = await named_build(Statements(connection), table)
    if build is None:
        raise LookupError(f"there is no build {table}")
    return build


if __name__ == "__main__":
    work_in_background()
    asyncio.run(caught_up(settings_of(os.environ), sys.argv[1:]))
