"""Real servers for the tests: one NATS and one PostgreSQL a worker, a fresh log and a fresh database a test."""

import itertools
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from nats.aio.client import Client
from nats.js.errors import ServerError
from psycopg import AsyncConnection, sql
from psycopg.conninfo import make_conninfo

from shared.runtime.embedded import embedded
from shared.runtime.provisioning import provision, provision_streams
from shared.runtime.settings import Servers, Settings, settings_of
from shared.store.connection import connect
from tests.alone import arranged, open_room, room
from tests.waiting import until

_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """See tests.alone."""
    open_room(config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """See tests.alone."""
    items[:] = arranged(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test with its fixtures, beside others or alone."""
    with room(item):
        return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have counted for people, such as elections: `record_property("told", …)`."""
    for report in terminalreporter.stats.get("passed", []):
        for name, told in report.user_properties:
            if name == "told":
                terminalreporter.write_line(f"{report.nodeid.partition('::')[2]}: {told}")


@pytest.fixture(scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """Embedded servers of this worker, provisioned; its database serves as the template."""
    settings = settings_of({}, tmp_path_factory.mktemp("servers"))
    async with embedded(settings) as running:
        await provision(settings)
        yield running.servers


@pytest.fixture
async def deployment(servers: Servers, tmp_path: Path) -> AsyncIterator[Settings]:
    """Settings of a deployment with an empty log and an empty database, gone after the test."""
    async with deployed(servers, tmp_path / "data") as settings:
        yield settings


@asynccontextmanager
async def deployed(servers: Servers, folder: Path) -> AsyncIterator[Settings]:
    """A deployment in this folder; the log of the one before it on these servers is emptied."""
    name = f"test_{next(_numbers)}"
    owner = servers.access["provision"].postgres
    await _execute(owner, sql.SQL("create database {} template moldcare").format(sql.Identifier(name)))
    environment = {"MOLDCARE_NATS_URL": servers.access["service"].nats_url}
    for identity, access in servers.access.items():
        environment[f"MOLDCARE_NATS_{identity.upper()}_PASSWORD"] = access.nats_password
        if access.postgres:
            environment[f"MOLDCARE_POSTGRES_{identity.upper()}"] = make_conninfo(access.postgres, dbname=name)
    settings = settings_of(environment, folder)
    await _empty_streams(settings)
    yield settings
    await until(lambda: _dropped(owner, name), seconds=10)


async def _execute(owner: str, statement: sql.Composed) -> None:
    where = psycopg.conninfo.make_conninfo(owner, dbname="postgres")
    async with await AsyncConnection.connect(where, autocommit=True) as connection:
        await connection.execute(statement)


async def _dropped(owner: str, name: str) -> bool:
    """A session that is just beginning, or a vacuum of the server's own, may not be ended by the owner."""
    try:
        await _execute(owner, sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


async def _empty_streams(settings: Settings) -> None:
    client = await connect(settings.access("provision"), name="test")
    jetstream = client.jetstream()
    for name in [info.config.name for info in await jetstream.streams_info()]:
        await jetstream.delete_stream(name or "")
    await until(lambda: _provisioned(client), seconds=10)
    await client.close()


async def _provisioned(client: Client) -> bool:
    """The server removes the folder of a deleted stream after it has answered; until then it cannot make it again."""
    try:
        await provision_streams(client, 1)
    except ServerError:
        return False
    return True
