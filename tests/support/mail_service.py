"""The service that writes and sends letters, in a process of its own, until somebody kills it."""

import asyncio
import os

from services.command_line.compose import services
from services.followup.stage import STAGE
from shared.runtime.settings import settings_of


async def run() -> None:
    """Serve with a quick tick."""
    async with services(settings_of(os.environ), [STAGE], tick=0.1) as running:
        print("ready", flush=True)
        await running.following


if __name__ == "__main__":
    asyncio.run(run())
