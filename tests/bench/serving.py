"""Our services alone in a process until the input ends: the handlers of all commands, without read models."""

import asyncio
import sys
from pathlib import Path

import uvloop

from services.command_line.compose import answering
from services.command_line.ground import ground, opened_log
from services.command_line.logs import log_to
from services.command_line.stages import STAGES
from shared.runtime.settings import settings_of
from shared.store.cache import Aggregates


async def serve(folder: Path) -> None:
    """Answer commands."""
    log_to(folder / "log", "bench")
    async with (
        ground(settings_of({}, folder), "service") as here,
        opened_log(here) as store,
        answering(here, store, Aggregates(store), STAGES),
    ):
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1])))
