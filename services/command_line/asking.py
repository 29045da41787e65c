"""What short commands open: settings of the environment, and only the connections that they need."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from services.command_line.logs import log_to_stderr
from shared.projections.statements import Connection
from shared.runtime.settings import Identity, Settings, settings_of
from shared.store.connection import Connection as Nats
from shared.store.connection import connect
from shared.store.jetstream import JetStreamStore


def settings() -> Settings:
    """The settings of this environment. Raises: BadSetting."""
    return settings_of(os.environ)


def finish[T](work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end."""
    log_to_stderr()
    return asyncio.run(work)


@asynccontextmanager
async def database(where: Settings, identity: Identity = "console") -> AsyncIterator[Connection]:
    """One connection to PostgreSQL. Raises: NotRunning, psycopg.OperationalError."""
    async with await psycopg.AsyncConnection.connect(where.access(identity).postgres, autocommit=True) as connection:
        yield connection


@asynccontextmanager
async def nats(where: Settings) -> AsyncIterator[Nats]:
    """One connection to NATS. Raises: NotRunning, ConnectionError."""
    client = await connect(where.access("service"), name="moldcare reading")
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def event_log(where: Settings) -> AsyncIterator[JetStreamStore]:
    """The log alone. Raises: NotRunning, StoreUnavailable."""
    async with nats(where) as client, JetStreamStore(client) as store:
        yield store
