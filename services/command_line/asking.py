"""What short commands open: settings of the environment, and only the connections that they need.

Libraries are loaded with the connection that needs them: a command that only explains itself starts without them.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from shared.runtime.settings import Identity, Settings, settings_of

if TYPE_CHECKING:
    from shared.projections.statements import Connection
    from shared.store.jetstream import JetStreamStore


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
async def event_log(where: Settings) -> AsyncIterator["JetStreamStore"]:
    """The log alone. Raises: NotRunning, StoreUnavailable."""
    from shared.store.connection import connect
    from shared.store.jetstream import JetStreamStore

    client = await connect(where.access("service"), name="moldcare reading")
    try:
        async with JetStreamStore(client) as store:
            yield store
    finally:
        await client.close()
