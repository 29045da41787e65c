"""Real servers for the tests: one NATS and one PostgreSQL a worker, a fresh log and a fresh database a test."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from psycopg import AsyncConnection, sql
from psycopg.conninfo import make_conninfo

from shared.runtime.embedded import embedded
from shared.runtime.provisioning import provision, provision_streams
from shared.runtime.settings import Servers, Settings, settings_of
from shared.store.connection import connect

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """Embedded servers of this worker, provisioned; its database serves as the template."""
    settings = settings_of({}, tmp_path_factory.mktemp("servers"))
    async with embedded(settings) as running:
        await provision(settings)
        yield running


@pytest.fixture
async def deployment(servers: Servers, tmp_path: Path) -> AsyncIterator[Settings]:
    """Settings of a deployment with an empty log and an empty database, gone after the test."""
    name = f"test_{next(_numbers)}"
    owner = servers.access["provision"].postgres
    await _execute(owner, sql.SQL("create database {} template moldcare").format(sql.Identifier(name)))
    environment = {"MOLDCARE_NATS_URL": servers.access["service"].nats_url}
    for identity, access in servers.access.items():
        environment[f"MOLDCARE_NATS_{identity.upper()}_PASSWORD"] = access.nats_password
        if access.postgres:
            environment[f"MOLDCARE_POSTGRES_{identity.upper()}"] = make_conninfo(access.postgres, dbname=name)
    settings = settings_of(environment, tmp_path / "data")
    await _empty_streams(settings)
    yield settings
    await _execute(owner, sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


async def _execute(owner: str, statement: sql.Composed) -> None:
    where = psycopg.conninfo.make_conninfo(owner, dbname="postgres")
    async with await AsyncConnection.connect(where, autocommit=True) as connection:
        await connection.execute(statement)


async def _empty_streams(settings: Settings) -> None:
    client = await connect(settings.access("provision"), name="test")
    jetstream = client.jetstream()
    for name in [info.config.name for info in await jetstream.streams_info()]:
        await jetstream.delete_stream(name or "")
    await provision_streams(client, 1)
    await client.close()
