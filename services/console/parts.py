"""What the console is given by the composition root."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from shared.files.port import FileStore
from shared.people.people import People
from shared.runtime.clock import Clock
from shared.runtime.health import Health
from shared.runtime.identity import ActorSigner
from shared.runtime.stage import Stage
from shared.store.commands import Outgoing
from shared.store.request import Answer

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]


class Services(Protocol):
    """The way to the services; `CommandClient` is one."""

    async def ask(self, order: Outgoing, body: bytes) -> Answer:
        """The answer to one command; 503 when nobody answers in time."""
        ...


class Parts(Struct, frozen=True, kw_only=True):
    """`pool` connects as moldcare_console, and so does a child by `postgres`; `people` opens what is sealed.

    `health` knows whether the process lives and is ready.
    """

    stages: Sequence[Stage]
    services: Services
    signer: ActorSigner
    pool: Pool
    postgres: str
    files: FileStore
    people: People
    clock: Clock
    health: Health
