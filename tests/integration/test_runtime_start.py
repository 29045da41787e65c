"""Starting, stopping, killing: what the embedded servers keep and what they leave behind."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import psycopg
import pytest

from shared.runtime.processes import dying_with_us
from shared.runtime.settings import NotRunning, settings_of
from shared.store.connection import connect


class Holder:
    """One run of the program that holds a deployment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[str] = []

    async def start(self) -> "Holder":
        self.process = await asyncio.create_subprocess_exec(
            *dying_with_us([sys.executable, "-m", "tests.support.holder", str(self.folder)], "INT"),
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def told(self) -> str:
        """The last line it said before it became ready or gave up."""
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            while line := (await self.process.stdout.readline()).decode().strip():
                self.lines.append(line)
                if line == "ready":
                    break
        return self.lines[-1]

    def servers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    async def end(self, sign: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(sign)
        async with asyncio.timeout(60):
            return await self.process.wait()


@pytest.fixture
async def holders(tmp_path: Path) -> AsyncIterator[list[Holder]]:
    started = [Holder(tmp_path / "deployment") for _ in range(2)]
    yield started
    for holder in started:
        if hasattr(holder, "process") and holder.process.returncode is None:
            await holder.end(signal.SIGKILL)


async def test_ctrl_c_stops_both_servers_and_leaves_nothing(holders: list[Holder]) -> None:
    holder = await holders[0].start()
    assert await holder.told() == "ready"
    servers = holder.servers()
    assert {"nats-server", "postgres"} <= {one.name() for one in servers}
    assert await holder.end() == 0
    assert not [one for one in servers if one.is_running()]
    with pytest.raises(NotRunning):
        settings_of({}, holder.folder).servers()


async def test_a_start_right_after_a_kill_finds_everything(holders: list[Holder]) -> None:
    first = await holders[0].start()
    assert await first.told() == "ready"
    await leave_traces(first.folder)
    await first.end(signal.SIGKILL)
    second = await holders[1].start()
    assert await second.told() == "ready", second.lines
    assert second.lines[0] == "made []"
    assert await traces(second.folder) == (1, [("kept",)])
    assert await second.end() == 0


async def test_killed_servers_do_not_keep_the_folder(holders: list[Holder]) -> None:
    first = await holders[0].start()
    assert await first.told() == "ready"
    servers = first.servers()
    for server in servers:
        server.send_signal(signal.SIGKILL)
    await first.end(signal.SIGKILL)
    # The number of the dead server lives on as somebody else's: ours.
    pid_file = first.folder / "postgres" / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(pid_file.read_text().split()[0], str(os.getpid()), 1))
    second = await holders[1].start()
    assert await second.told() == "ready", second.lines
    assert await second.end() == 0


async def test_a_second_start_on_a_living_folder_says_who_holds_it(holders: list[Holder]) -> None:
    first, second = holders
    assert await (await first.start()).told() == "ready"
    refusal = await (await second.start()).told()
    assert f"in use by process {first.process.pid}" in refusal
    async with asyncio.timeout(20):
        assert await second.process.wait() == 1
    assert await first.end() == 0


async def test_of_two_starts_at_once_one_wins(holders: list[Holder]) -> None:
    await asyncio.gather(*(holder.start() for holder in holders))
    told = await asyncio.gather(*(holder.told() for holder in holders))
    assert sorted(line == "ready" for line in told) == [False, True]
    winner = holders[told.index("ready")]
    assert await winner.end() == 0


async def test_secrets_are_for_the_owner_only(holders: list[Holder]) -> None:
    holder = await holders[0].start()
    assert await holder.told() == "ready"
    for secret in ("keys/servers.json", "run/servers.json", "nats/nats-server.json"):
        assert (holder.folder / secret).stat().st_mode & 0o077 == 0, secret
    settings = settings_of({}, holder.folder)
    access = settings.access("service")
    assert access.nats_password not in repr(settings) + repr(access) + repr(settings.servers())
    assert access.nats_password not in " ".join(" ".join(one.cmdline()) for one in holder.servers())
    assert await holder.end() == 0


async def leave_traces(folder: Path) -> None:
    """One event, one row."""
    access = settings_of({}, folder).access("service")
    client = await connect(access, name="test")
    await client.jetstream().publish("evt.case.kept", b"{}")
    await client.close()
    async with await psycopg.AsyncConnection.connect(access.postgres) as connection:
        await connection.execute("insert into runner.reactor (name, position) values ('kept', 1)")


async def traces(folder: Path) -> tuple[int, list[tuple[str]]]:
    """What is there of it."""
    access = settings_of({}, folder).access("service")
    client = await connect(access, name="test")
    info = await client.jetstream().stream_info("EVENTS")
    await client.close()
    async with await psycopg.AsyncConnection.connect(access.postgres) as connection:
        rows = await (await connection.execute("select name from runner.reactor")).fetchall()
    return info.state.messages, rows


async def test_everything_asleep_is_small(holders: list[Holder]) -> None:
    holder = await holders[0].start()
    assert await holder.told() == "ready"

    async def used() -> float:
        memory = [one.memory_full_info() for one in holder.servers()]
        return sum(one.pss for one in memory) / 1e6

    assert await used() < 150
    assert await holder.end() == 0
