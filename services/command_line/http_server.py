"""An ASGI application served in the loop of this process: uvicorn without its signal handlers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any

import uvicorn

KEEP_ALIVE = 75
"""Seconds that an idle connection stays open. Hazard: programs and proxies keep theirs for 5 to 60 s, and who closes
first must be they: a request that meets our closing is lost without an answer."""


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
        # Two that are bound and do not listen yet do not notice each other.
        listener.listen()
    except OSError:
        listener.close()
        raise PortTaken(f"端口 {port} 已被占用，请用 --port / port {port} is taken: use --port") from None
    return listener


@asynccontextmanager
async def serving(application: Any, listener: socket.socket, name: str, *, lifespan: bool) -> AsyncIterator[None]:
    """The application answers on this socket while this is open."""
    config = uvicorn.Config(
        application,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="on" if lifespan else "off",
        timeout_graceful_shutdown=2,
        timeout_keep_alive=KEEP_ALIVE,
        access_log=False,
        log_config=None,
        server_header=False,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve([listener]), name=name)
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.005)
        if task.done():
            task.result()
        yield
    finally:
        server.should_exit = True
        await asyncio.wait([task])
