"""A process that takes e-mail in and dies between storing a message and what should follow: `folder PATH`, `port N`."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from services.command_line.ground import ground
from services.intake.mail import drop_folder, smtp_port
from services.intake.mail.storing import store
from shared.runtime.settings import settings_of


async def stored_and_dead(*given: Any) -> Any:
    """The message is stored; then nothing more happens in this process."""
    await store(*given)
    os.kill(os.getpid(), signal.SIGKILL)


async def run(way: str, where: str) -> None:
    """Take in by one way until the first message."""
    async with ground(settings_of(os.environ), "service") as here:
        if way == "folder":
            drop_folder.store = stored_and_dead
            async with drop_folder.watched(drop_folder.DropFolder(Path(where), here.raw, unchanged=0.0)):
                await asyncio.sleep(60)
        else:
            smtp_port.store = stored_and_dead
            async with smtp_port.listening(int(where), here.raw):
                print("listening", flush=True)
                await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
