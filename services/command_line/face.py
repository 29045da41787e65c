"""Serves the console in the loop of this process: uvicorn without its signal handlers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

import uvicorn

from services.command_line.ground import Ground, ground
from services.command_line.reach import unreachable
from services.command_line.stages import STAGES
from services.console.application import console
from services.console.parts import Parts
from shared.runtime.settings import Settings

Reasons = Callable[[], Awaitable[Sequence[str]]]


class PortTaken(Exception):
    """Somebody else listens on the port; the message names it."""


class _Server(uvicorn.Server):
    """uvicorn that leaves signals to us: Ctrl-C stops the parts in our order."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Captures nothing."""
        return nullcontext()


def listening(port: int, host: str) -> socket.socket:
    """A socket on this port, any free one for 0. Raises: PortTaken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise PortTaken(f"端口 {port} 已被占用，请用 --port / port {port} is taken: use --port") from None
    return listener


@asynccontextmanager
async def face(settings: Settings, reasons: Reasons, host: str = "127.0.0.1") -> AsyncIterator[tuple[str, Ground]]:
    """The console, serving; its address, and what it stands on. `reasons`: what else keeps it from being ready.

    Raises: PortTaken; as `ground`.
    """
    with listening(settings.port, host) as listener:
        async with ground(settings, "console") as here:

            async def all_reasons() -> Sequence[str]:
                return [*await reasons(), *await unreachable(here)]

            parts = Parts(
                stages=STAGES,
                services=here.commands,
                signer=here.signer,
                pool=here.pool,
                files=here.files,
                people=here.people,
                clock=here.clock,
                reasons=all_reasons,
            )
            config = uvicorn.Config(
                console(parts),
                loop="none",
                http="httptools",
                ws="none",
                lifespan="on",
                timeout_graceful_shutdown=2,
                access_log=False,
                log_config=None,
                server_header=False,
            )
            server = _Server(config)
            task = asyncio.create_task(server.serve([listener]), name="console")
            try:
                while not server.started and not task.done():
                    await asyncio.sleep(0.005)
                if task.done():
                    task.result()
                yield f"http://{host}:{listener.getsockname()[1]}", here
            finally:
                server.should_exit = True
                await asyncio.wait([task])
