"""Single services on servers that stand already: for production, where each has a process of its own."""

import asyncio
import contextlib
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from services.command_line.announcing import Voice
from services.command_line.calendars import warn_of_missing_notice
from services.command_line.compose import Services, services
from services.command_line.face import face
from services.command_line.logs import log_to
from services.command_line.observing import Observed, observed
from services.command_line.reach import unreachable
from services.command_line.stages import CONSOLE, STAGES
from services.command_line.stopping import stopped_by_signals
from shared.runtime import traces
from shared.runtime.readiness import NotReady, make_sure
from shared.runtime.settings import Settings


class Stopped(Exception):
    """A part ended by itself; the message says which and why."""


async def serve(settings: Settings, names: Sequence[str], voice: Voice) -> None:
    """These services until stopped by a signal.

    Raises: NotRunning, BadSetting, PortTaken, ExporterMissing, NotReady with everything that is missing, Stopped.
    """
    stop = stopped_by_signals()
    log_to(settings.data / "log", "-".join(names))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(traces.sent(os.environ, f"moldcare-{'-'.join(names)}"))
        seen, metrics = await stack.enter_async_context(observed(settings))
        running = await _services(settings, names, seen, stack)
        facts: list[tuple[str, str, str | Sequence[str]]] = [("services", "已就绪 / ready", names)]
        if CONSOLE in names:
            url, here = await stack.enter_async_context(face(settings, seen.health))
            if gone := await unreachable(here):
                raise NotReady(gone)
            seen.stands_on("console", here)
            if running is None:
                seen.answers_for(STAGES, here, None)
            facts.append(("url", "控制台 / console", url))
        if metrics:
            facts.append(("metrics", "指标 / metrics", metrics))
        seen.health.is_starting = False
        voice.ready(facts)
        await until(stop, running)


async def _services(settings: Settings, names: Sequence[str], seen: Observed, stack: AsyncExitStack) -> Services | None:
    """The services among these names, None when the console is all there is."""
    stages = [stage for stage in STAGES if stage.name in names]
    if not stages:
        return None
    await make_sure(settings.access("service"))
    running = await stack.enter_async_context(services(settings, stages))
    if "administration" in names:
        await warn_of_missing_notice(running.store)
    seen.runs(running, stages)
    return running


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
