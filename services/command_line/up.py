"""`moldcare up`: embedded servers first, and while they start everything else is loaded."""

import asyncio
import importlib
from typing import Any

from services.command_line.announcing import Voice
from services.command_line.stopping import stopped_by_signals
from shared.runtime.embedded import embedded
from shared.runtime.settings import Settings


async def up(settings: Settings, voice: Voice, *, sample: bool) -> None:
    """Everything, until stopped. Raises: InUse, ServerFailed, and whatever keeps a part from starting."""
    stop = stopped_by_signals()
    voice.say("正在启动 NATS 与 PostgreSQL / starting NATS and PostgreSQL")
    loading = asyncio.create_task(asyncio.to_thread(_load))
    async with embedded(settings) as servers:
        whole = await loading
        if not stop.is_set():
            await whole.run(settings, servers, stop, voice, sample=sample)


def _load() -> Any:
    return importlib.import_module("services.command_line.whole")


def run(settings: Settings, voice: Voice, *, sample: bool) -> None:
    """`up` in an event loop of its own."""
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(up(settings, voice, sample=sample))


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()
