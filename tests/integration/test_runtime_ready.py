"""A service that finds a wrong set-up says what is wrong, by name, and does not start."""

import json
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from nats.js.api import StreamConfig
from psycopg import AsyncConnection, sql
from psycopg.conninfo import make_conninfo

from shared.runtime import readiness
from shared.runtime.embedded import IDENTITIES
from shared.runtime.migrations import Drift, Migration, migrate
from shared.runtime.nats_configuration import NatsNode, configuration
from shared.runtime.nats_server import free_port, start_nats
from shared.runtime.provisioning import check, provision, provision_streams
from shared.runtime.settings import Access, BadSetting, NotRunning, Settings, settings_of
from shared.store.connection import Connection, connect

PASSWORDS = {name: f"password-of-{name}" for name in IDENTITIES}
Change = Callable[[dict[str, Any]], None]
Start = Callable[[Change], Any]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a NATS server whose configuration was changed; the service's access to it."""
    started = []

    async def start(change: Change) -> Access:
        node = NatsNode("other", tmp_path / "nats", free_port())
        node.folder.mkdir()
        configured = json.loads(configuration(node, PASSWORDS))
        change(configured)
        started.append(await start_nats(node, json.dumps(configured), tmp_path / "nats.log"))
        url = f"nats://127.0.0.1:{node.port}"
        owner = await connect(Access(url, "provision", PASSWORDS["provision"], ""), name="owner")
        await provision_streams(owner, 1)
        await owner.close()
        return Access(url, "service", PASSWORDS["service"], "")

    yield start
    for one in started:
        await one.stop(signal.SIGKILL)


async def nats_faults(access: Access) -> list[str]:
    client = await connect(access, name="test")
    try:
        return await readiness.server_faults(client) + await readiness.rights_faults(client)
    finally:
        await client.close()


@pytest.fixture
async def owner(deployment: Settings) -> AsyncIterator[Connection]:
    client = await connect(deployment.access("provision"), name="owner")
    yield client
    await client.close()


async def test_what_was_provisioned_is_ready(deployment: Settings) -> None:
    assert await check(deployment) == []


async def test_provisioning_twice_makes_nothing_new(deployment: Settings) -> None:
    assert await provision(deployment) == []


async def test_lazy_disk_writes_are_refused_by_name(server: Start) -> None:
    access = await server(lambda configured: configured["jetstream"].update(sync_interval="2m"))
    assert ["sync_interval" in fault for fault in await nats_faults(access)] == [True]


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("2.10.29", False),
        ("2.12.13", False),
        ("2.12.14", True),
        ("2.13.9", False),
        ("2.14.3", False),
        ("2.14.4", True),
        ("2.15.0-RC.1", True),
        ("2.15.1", True),
        ("3.0.0", True),
        ("unknown", False),
    ],
)
def test_versions_that_lose_guards_are_refused(version: str, good: bool) -> None:
    assert readiness.is_supported(version) is good


async def test_an_old_server_is_refused_by_its_version(deployment: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def old(*_: object) -> list[dict[str, Any]]:
        return [{"version": "2.12.3", "jetstream": {"config": {"sync_always": True}}}]

    monkeypatch.setattr(readiness, "_varz", old)
    with pytest.raises(readiness.NotReady, match=r"2\.12\.3"):
        await readiness.make_sure(deployment.access("service"))


@pytest.mark.parametrize(
    "subject",
    [
        "$SYS.REQ.SERVER.PING.VARZ",
        "$JS.API.STREAM.INFO.EVENTS",
        "$JS.API.STREAM.MSG.GET.EVENTS",
        "$JS.API.DIRECT.GET.EVENTS",
        "$JS.API.CONSUMER.INFO.INTAKE.>",
        "evt.*.*",
        "raw.*.*",
    ],
)
async def test_a_missing_right_is_named(server: Start, subject: str) -> None:
    def without(configured: dict[str, Any]) -> None:
        for user in configured["accounts"]["CORE"]["users"]:
            if user["user"] == "service":
                user["permissions"]["publish"]["allow"].remove(subject)

    faults = await nats_faults(await server(without))
    assert len(faults) == 1, faults
    assert subject.split(".>", maxsplit=1)[0].split(".*", maxsplit=1)[0] in faults[0]


@pytest.mark.parametrize(
    ("flag", "changed"),
    [
        ("deny_purge", {"deny_purge": False}),
        ("deny_delete", {"deny_delete": False}),
        ("allow_atomic", {"allow_atomic": False}),
        ("allow_direct", {"allow_direct": False}),
        ("allow_msg_ttl", {"allow_msg_ttl": True}),
        ("max_age", {"max_age": 3600.0}),
        ("max_msgs", {"max_msgs": 5}),
        ("subjects", {"subjects": ["evt.>"]}),
    ],
)
async def test_a_wrong_flag_of_the_log_is_named(
    deployment: Settings, owner: Connection, flag: str, changed: dict[str, Any]
) -> None:
    jetstream = owner.jetstream()
    config: StreamConfig = (await jetstream.stream_info("EVENTS")).config
    await jetstream.delete_stream("EVENTS")
    await jetstream.add_stream(config.evolve(**changed))
    faults = await check(deployment)
    assert len(faults) == 1, faults
    assert flag in faults[0]


async def test_a_missing_stream_is_named(deployment: Settings, owner: Connection) -> None:
    await owner.jetstream().delete_stream("INTAKE")
    assert ["no stream INTAKE" in fault for fault in await check(deployment)] == [True]


async def test_pending_migrations_are_named(deployment: Settings) -> None:
    async with await AsyncConnection.connect(deployment.access("provision").postgres) as connection:
        await connection.execute("delete from public.migration where name = '0020_keys.sql'")
    assert ["0020_keys.sql" in fault for fault in await check(deployment)] == [True]


async def test_a_migration_changed_afterwards_is_refused(deployment: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = [Migration("0001_ground.sql", "select 1")]
    monkeypatch.setattr("shared.runtime.migrations.migrations", lambda: changed)
    async with await AsyncConnection.connect(deployment.access("provision").postgres, autocommit=True) as connection:
        with pytest.raises(Drift, match=r"0001_ground\.sql"):
            await migrate(connection)
    assert ["differ" in fault for fault in await check(deployment)] == [True]


async def test_servers_that_are_away_are_named(deployment: Settings) -> None:
    nowhere = Access(f"nats://127.0.0.1:{free_port()}", "service", "wrong", "")
    with pytest.raises(readiness.NotReady, match="NATS cannot be reached"):
        await readiness.make_sure(nowhere, patience=0.5)
    access = deployment.access("service")
    shut = Access(access.nats_url, "service", access.nats_password, make_conninfo(access.postgres, password="wrong"))
    with pytest.raises(readiness.NotReady, match="PostgreSQL cannot be read"):
        await readiness.make_sure(shut)


@pytest.mark.parametrize("identity", ["service", "console"])
async def test_no_service_changes_streams_or_schema(deployment: Settings, identity: Any) -> None:
    access = deployment.access(identity)
    client = await connect(access, name="test")
    for subject in ("STREAM.DELETE.EVENTS", "STREAM.UPDATE.EVENTS", "STREAM.PURGE.EVENTS", "STREAM.CREATE.MORE"):
        with pytest.raises(TimeoutError):
            await client.request(f"$JS.API.{subject}", b"{}", timeout=0.2)
    await client.close()
    async with await AsyncConnection.connect(access.postgres, autocommit=True) as connection:
        for statement in ("create schema more", "create table runner.more ()", "drop table keys.person_key"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(sql.SQL(statement))  # type: ignore[arg-type]


async def test_the_console_neither_writes_facts_nor_reads_the_log(deployment: Settings, owner: Connection) -> None:
    client = await connect(deployment.access("console"), name="test")
    await client.publish("evt.case.forged", b"{}")
    await client.publish("$JS.API.CONSUMER.MSG.NEXT.EVENTS.x", b"1", reply="evt.case.forged")
    with pytest.raises(TimeoutError):
        await client.request("$JS.API.STREAM.MSG.GET.EVENTS", b'{"seq": 1}', timeout=0.2)
    await client.close()
    assert (await owner.jetstream().stream_info("EVENTS")).state.messages == 0


async def test_provisioning_is_no_superuser_and_writes_no_facts(deployment: Settings, owner: Connection) -> None:
    await owner.publish("evt.case.forged", b"{}")
    await owner.flush()
    assert (await owner.jetstream().stream_info("EVENTS")).state.messages == 0
    async with await AsyncConnection.connect(deployment.access("provision").postgres) as connection:
        row = await (await connection.execute("select rolsuper from pg_roles where rolname = current_user")).fetchone()
    assert row == (False,)


async def test_settings_say_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match="moldcare up"):
        settings_of({}, tmp_path).access("service")
    with pytest.raises(BadSetting, match="MOLDCARE_NATS_SERVICE_PASSWORD"):
        settings_of({"MOLDCARE_NATS_URL": "nats://127.0.0.1"}, tmp_path).access("service")
    with pytest.raises(BadSetting, match="MOLDCARE_PORT"):
        settings_of({"MOLDCARE_PORT": "eighty"}, tmp_path)
