"""A program that holds a deployment until Ctrl-C: `python -m tests.support.holder FOLDER`."""

import asyncio
import signal
import sys
from pathlib import Path

from shared.runtime.embedded import InUse, embedded
from shared.runtime.provisioning import provision
from shared.runtime.settings import settings_of


async def hold(folder: Path) -> int:
    """Start, provision, say so, wait for SIGINT, stop."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, ended.set)
    settings = settings_of({}, folder)
    try:
        async with embedded(settings):
            print("made", await provision(settings), flush=True)
            print("ready", flush=True)
            await ended.wait()
    except InUse as held:
        print(held, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(hold(Path(sys.argv[1]))))
