"""All services in one process under a clock that stands in a file: `python -m tests.support.simulated FOLDER CLOCK`.

The test moves the clock and may kill the process at any time; the environment names the servers.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from services.command_line import compose, seeding
from services.command_line.logs import log_to
from services.command_line.stages import STAGES
from shared.runtime.settings import settings_of

TICK = 0.1


class FileClock:
    """Tells the time that the file holds, in seconds since 1970."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """As the port says."""
        return datetime.fromtimestamp(float(self._path.read_text()), UTC)


def move(path: Path, instant: datetime) -> None:
    """Set the clock, at once or not at all."""
    draft = path.with_suffix(".new")
    draft.write_text(repr(instant.timestamp()))
    draft.replace(path)


async def serve(folder: Path, clock: Path) -> None:
    """Serve until killed. What is noted goes to the log: standard output tells the test that all is ready."""
    log_to(folder / "log")
    async with compose.services(settings_of(os.environ, folder), STAGES, FileClock(clock), tick=TICK) as running:
        await seeding.plant(running.ground, running.store, seeding.rules())
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2])))
