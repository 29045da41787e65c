"""`moldcare up`: embedded servers first, and while they start everything else is loaded."""

import asyncio
import importlib
import signal
from typing import Any

from msgspec import Struct

from shared.runtime.embedded import embedded
from shared.runtime.settings import Settings

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Options(Struct, frozen=True):
    """What `up` was told."""

    settings: Settings
    sample: bool = False


def stopped_by_signals() -> asyncio.Event:
    """Set by Ctrl-C and its like. Nothing is ever cancelled by them, so a second one is as safe as the first."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for one in STOPPING:
        loop.add_signal_handler(one, stop.set)
    return stop


async def up(options: Options) -> None:
    """Everything, until stopped. Raises: InUse, ServerFailed, and whatever keeps a part from starting."""
    stop = stopped_by_signals()
    loading = asyncio.create_task(asyncio.to_thread(_load))
    async with embedded(options.settings) as servers:
        whole = await loading
        if not stop.is_set():
            await whole.run(options, servers, stop)


def _load() -> Any:
    return importlib.import_module("services.command_line.whole")


def run(options: Options) -> None:
    """`up` in an event loop of its own."""
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(up(options))


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()
