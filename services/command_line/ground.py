"""What a process stands on: connections, the log, keys and files, opened in one place and closed in order."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

from msgspec import Struct
from psycopg_pool import AsyncConnectionPool

from shared.files.folder import FolderFileStore
from shared.people.identity import PersonIds
from shared.people.people import People
from shared.people.postgres import PostgresKeyStore
from shared.people.ring import KeyRing
from shared.people.secrets import deployment_secrets
from shared.projections.opening import PeopleOpener
from shared.projections.statements import Connection as Row
from shared.projections.statements import Pool
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.identity import ActorSigner, ActorVerifier, deployment_key
from shared.runtime.settings import Access, Identity, Settings
from shared.store.commands import CommandClient
from shared.store.connection import Connection, connect, end
from shared.store.jetstream import JetStreamStore
from shared.store.raw import RawMessages

POOL = 8
"""Connections to PostgreSQL that one part of a process may hold at once."""
PATIENCE = 5.0
"""Seconds that somebody waits for such a connection, so that an outage is told before who asked has left."""
TRYING = 1.0
"""Seconds after which the pool stops to try by itself, and tries anew for whoever comes next: it would else wait twice
as long each time, and notice the end of an outage as late again as it lasted."""


class Ground(Struct, frozen=True, kw_only=True):
    """One identity's connections, and what is made from the deployment's keys. `pepper` keys hashes of bodies."""

    settings: Settings
    access: Access
    client: Connection
    pool: Pool
    people: People
    files: FolderFileStore
    raw: RawMessages
    signer: ActorSigner
    verifier: ActorVerifier
    pepper: bytes
    clock: Clock

    @property
    def commands(self) -> CommandClient:
        """The way to the services."""
        return CommandClient(self.client)

    @property
    def opener(self) -> PeopleOpener:
        """Opens what is sealed."""
        return PeopleOpener(self.people)

    def system_token(self, *, rights: tuple[str, ...] = ()) -> str:
        """Our own machinery as the one who acts."""
        return self.signer.sign("system", self.clock.now(), system=True, rights=rights)


@asynccontextmanager
async def opened_pool(postgres: str, name: str, size: int = POOL) -> AsyncIterator[Pool]:
    """Connections to PostgreSQL, made when they are needed and closed when they idle."""
    pool: Pool = AsyncConnectionPool(
        postgres,
        connection_class=Row,
        kwargs={"application_name": name, "options": "-c timezone=UTC"},
        min_size=1,
        max_size=size,
        max_idle=30.0,
        timeout=PATIENCE,
        reconnect_timeout=TRYING,
        open=False,
        name=name,
    )
    await pool.open()
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def ground(settings: Settings, identity: Identity, clock: Clock | None = None) -> AsyncIterator[Ground]:
    """Everything opened as this identity. Raises: NotRunning, BadSetting, OSError, nats.errors.Error, psycopg.Error."""
    access, name = settings.access(identity), f"moldcare {identity}"
    secrets = deployment_secrets(settings.keys, settings.environment)
    key = deployment_key(settings.keys)
    async with opened_pool(access.postgres, name) as pool:
        client = await connect(access, name=name)
        try:
            ring = KeyRing(secrets.master, PostgresKeyStore(pool))
            files = FolderFileStore(settings.data / "files", ring)
            yield Ground(
                settings=settings,
                access=access,
                client=client,
                pool=pool,
                people=People(ring, PersonIds(secrets.pepper)),
                files=files,
                raw=RawMessages(client, ring, files),
                signer=ActorSigner(key),
                verifier=ActorVerifier(key.public_key()),
                pepper=hmac.new(secrets.pepper, b"command bodies", sha256).digest(),
                clock=clock or SystemClock(),
            )
        finally:
            await end(client)


@asynccontextmanager
async def opened_log(where: Ground) -> AsyncIterator[JetStreamStore]:
    """The log, read and written over the connection of `where`."""
    async with JetStreamStore(where.client) as store:
        yield store
