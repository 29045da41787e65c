"""What short commands open: settings of the environment, and only the connections that they need.

Libraries are loaded with the connection that needs them: a command that only explains itself starts without them.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

from shared.runtime.settings import Identity, Settings, settings_of

if TYPE_CHECKING:
    from shared.projections.statements import Connection
    from shared.store.connection import Connection as Nats
    from shared.store.jetstream import JetStreamStore

PATIENCE = 10.0
"""Seconds that a server may be away while a command waits: one that died is started again within two."""


def settings() -> Settings:
    """The settings of this environment. Raises: BadSetting."""
    return settings_of(os.environ)


def finish[T](work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end."""
    from services.command_line.logs import log_to_stderr

    log_to_stderr()
    return asyncio.run(work)


@asynccontextmanager
async def database(where: Settings, identity: Identity = "console") -> AsyncIterator["Connection"]:
    """One connection to PostgreSQL. Raises: NotRunning, psycopg.OperationalError."""
    import psycopg

    access = where.access(identity)
    async with await psycopg.AsyncConnection.connect(access.postgres, autocommit=True) as connection:
        yield connection


@asynccontextmanager
async def nats(where: Settings) -> AsyncIterator["Nats"]:
    """One connection to NATS. Raises: NotRunning, ConnectionError, TimeoutError when the server stays away."""
    from shared.store.connection import connect

    client = await connect(where.access("service"), name="moldcare reading")
    try:
        async with while_it_is_there(client):
            yield client
    finally:
        await client.close()


@asynccontextmanager
async def event_log(where: Settings) -> AsyncIterator["JetStreamStore"]:
    """The log alone. Raises: NotRunning, StoreUnavailable, TimeoutError when the server stays away."""
    from shared.store.jetstream import JetStreamStore

    async with nats(where) as client, JetStreamStore(client) as store:
        yield store


class Connected(Protocol):
    """Something that knows whether its server is there."""

    @property
    def is_connected(self) -> bool: ...


@asynccontextmanager
async def while_it_is_there(server: Connected, patience: float = PATIENCE) -> AsyncIterator[None]:
    """Work that waits for a server, as long as it is not away for longer than `patience` [s]. Raises: TimeoutError."""
    async with asyncio.timeout(None) as limit:
        watching = asyncio.create_task(_watch(server, limit, patience))
        try:
            yield
        finally:
            watching.cancel()


async def _watch(server: Connected, limit: asyncio.Timeout, patience: float) -> None:
    while not limit.expired():
        if server.is_connected:
            limit.reschedule(None)
        elif limit.when() is None:
            limit.reschedule(asyncio.get_running_loop().time() + patience)
        await asyncio.sleep(patience / 20)
