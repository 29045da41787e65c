"""Single services on servers that stand already: for production, where each has a process of its own."""

import asyncio
import contextlib
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from services.command_line.announcing import Voice
from services.command_line.compose import Services, services
from services.command_line.face import face
from services.command_line.logs import log_to
from services.command_line.reach import unreachable
from services.command_line.stages import CONSOLE, STAGES
from services.command_line.stopping import stopped_by_signals
from shared.runtime.readiness import NotReady, make_sure
from shared.runtime.settings import Settings


class Stopped(Exception):
    """A part ended by itself; the message says which and why."""


async def serve(settings: Settings, names: Sequence[str], voice: Voice) -> None:
    """These services until stopped by a signal.

    Raises: NotRunning, BadSetting, NotReady with everything that is missing, Stopped.
    """
    stop = stopped_by_signals()
    log_to(settings.data / "log", "-".join(names))
    async with AsyncExitStack() as stack:
        stages = [stage for stage in STAGES if stage.name in names]
        running: Services | None = None
        if stages:
            await make_sure(settings.access("service"))
            running = await stack.enter_async_context(services(settings, stages))

        async def reasons() -> Sequence[str]:
            paused = running.follower.paused if running is not None else {}
            return [f"{name}: {why}" for name, why in paused.items()]

        facts: list[tuple[str, str, str | Sequence[str]]] = [("services", "已就绪 / ready", names)]
        if CONSOLE in names:
            url, here = await stack.enter_async_context(face(settings, reasons))
            if away := await unreachable(here):
                raise NotReady(away)
            facts.append(("url", "控制台 / console", url))
        voice.ready(facts)
        await until(stop, running)


async def until(stop: asyncio.Event, running: Services | None, *others: asyncio.Task[None]) -> None:
    """Wait for `stop`. Raises: Stopped when the reader of the log ends by itself, and what another task raised."""
    stopping = asyncio.create_task(stop.wait())
    tasks: set[asyncio.Task[Any]] = {stopping, *others}
    if running is not None:
        tasks.add(running.following)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await stopping
    if running is not None and running.following.done() and (error := running.following.exception()) is not None:
        raise Stopped(f"日志读取中止 / the reader of the log stopped: {first_cause(error)}") from error
    for other in others:
        if other.done():
            other.result()


def first_cause(error: BaseException) -> str:
    """The innermost reason of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


def run(settings: Settings, names: Sequence[str], voice: Voice) -> None:
    """`serve` in an event loop of its own."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings, names, voice))
