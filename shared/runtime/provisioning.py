"""Makes what services need and may not make themselves: roles, database, schema and streams. Idempotent."""

from collections.abc import Mapping

import psycopg
from nats.aio.client import Client
from nats.js.api import DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from psycopg import AsyncConnection, sql

from shared.runtime.migrations import migrate
from shared.runtime.nats_configuration import MAX_PAYLOAD
from shared.runtime.readiness import NotReady, make_sure
from shared.runtime.settings import Settings
from shared.store.connection import connect

DATABASE = "moldcare"
ROLES = ("moldcare_service", "moldcare_console")
DEDUPE_SECONDS = 120.0
_CREATE = "create database {} encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' template template0"


def stream(name: str, subject: str, replicas: int, dedupe: float = DEDUPE_SECONDS) -> StreamConfig:
    """A stream that only grows: nothing is deleted, purged, rolled up or expires."""
    return StreamConfig(
        name=name,
        subjects=[subject],
        storage=StorageType.FILE,
        num_replicas=replicas,
        discard=DiscardPolicy.NEW,
        max_msg_size=MAX_PAYLOAD,
        duplicate_window=dedupe,
        allow_direct=True,
        allow_atomic=True,
        deny_delete=True,
        deny_purge=True,
        allow_rollup_hdrs=False,
    )


def streams(replicas: int) -> tuple[StreamConfig, ...]:
    """The log, and every inbound message as it came."""
    return (stream("EVENTS", "evt.*.*", replicas), stream("INTAKE", "raw.*.*", replicas))


async def provision(settings: Settings) -> list[str]:
    """Make what is missing; what was made, in words. Raises: Drift, psycopg.Error, nats.errors.Error."""
    access = settings.access("provision")
    passwords = {
        f"moldcare_{name}": psycopg.conninfo.conninfo_to_dict(settings.access(name).postgres).get("password")
        for name in ("service", "console")
    }
    made = await _roles_and_database(access.postgres, passwords)
    async with await AsyncConnection.connect(access.postgres, autocommit=True) as connection:
        made += [f"migration {name}" for name in await migrate(connection)]
    client = await connect(access, name="moldcare provision")
    try:
        made += await provision_streams(client, settings.replicas)
    finally:
        await client.close()
    return made


async def check(settings: Settings) -> list[str]:
    """What is missing or wrong, each a sentence; nothing is changed."""
    try:
        await make_sure(settings.access("service"))
    except NotReady as found:
        return found.faults
    return []


async def _roles_and_database(postgres: str, passwords: Mapping[str, object]) -> list[str]:
    server = psycopg.conninfo.make_conninfo(postgres, dbname="postgres")
    name = psycopg.conninfo.conninfo_to_dict(postgres).get("dbname", DATABASE)
    made: list[str] = []
    async with await AsyncConnection.connect(server, autocommit=True) as connection:
        for role, password in passwords.items():
            if await _missing(connection, "select 1 from pg_roles where rolname = %s", role):
                await connection.execute(
                    sql.SQL("create role {} login password {}").format(sql.Identifier(role), sql.Literal(password))
                )
                made.append(f"role {role}")
        if await _missing(connection, "select 1 from pg_database where datname = %s", str(name)):
            await connection.execute(sql.SQL(_CREATE).format(sql.Identifier(str(name))))
            await connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(str(name))))
            for role in passwords:
                await connection.execute(
                    sql.SQL("grant connect, temporary on database {} to {}").format(
                        sql.Identifier(str(name)), sql.Identifier(role)
                    )
                )
            made.append(f"database {name}")
    return made


async def _missing(connection: AsyncConnection, question: str, name: str) -> bool:
    return await (await connection.execute(question, (name,))).fetchone() is None


async def provision_streams(client: Client, replicas: int, dedupe: float = DEDUPE_SECONDS) -> list[str]:
    """Make the streams that are missing; one that exists is never changed here (see readiness)."""
    jetstream, made = client.jetstream(timeout=10), []
    for wanted in streams(replicas):
        try:
            await jetstream.stream_info(wanted.name or "")
        except NotFoundError:
            wanted.duplicate_window = dedupe
            await jetstream.add_stream(wanted)
            made.append(f"stream {wanted.name}")
    return made
