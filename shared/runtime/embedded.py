"""Both servers in one data folder: started together, stopped in order, never two of them on the same folder.

The lock of the folder is inherited by both servers, so it is free only when all of us are gone: a start right
after a kill waits until the old servers have ended.
"""

import asyncio
import fcntl
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import psutil
from msgspec import Struct
from psycopg import AsyncConnection, sql

from shared.runtime.keeping import Back, Kept
from shared.runtime.nats_configuration import NatsNode, configuration
from shared.runtime.nats_server import free_port, start_nats
from shared.runtime.postgres_server import conninfo, socket_folder, start_postgres
from shared.runtime.private_file import write_private
from shared.runtime.processes import Server, ServerFailed
from shared.runtime.settings import Access, Servers, Settings
from shared.texts.catalogue import Sentence

PATIENCE = 20.0
"""Seconds that a start waits for the servers of a predecessor that was killed."""
IDENTITIES = ("provision", "service", "console", "system")
NATS_FOLDER, POSTGRES_FOLDER = "nats", "postgres"


class InUse(Exception):
    """Another process holds the data folder; the message says which."""


@asynccontextmanager
async def locked(data: Path, seconds: float = PATIENCE) -> AsyncIterator[int]:
    """The lock of a data folder as an open file; bounded wait. Raises: InUse."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        await _take(lock, data, seconds)
        os.ftruncate(lock, 0)
        os.pwrite(lock, _signature(os.getpid()).encode(), 0)
        yield lock
    finally:
        os.close(lock)


async def _take(lock: int, data: Path, seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            signature = os.pread(lock, 60, 0).decode()
            holder = signature.partition(" ")[0]
            if _runs(holder, signature) or asyncio.get_running_loop().time() > deadline:
                raise InUse(f"{data} 正由进程 {holder} 使用 / {data} is in use by process {holder}") from None
            await asyncio.sleep(0.05)


def _signature(pid: int) -> str:
    """A process and the moment it started: numbers of processes come again."""
    return f"{pid} {psutil.Process(pid).create_time():.2f}"


def _runs(pid: str, signature: str) -> bool:
    try:
        return pid.isdecimal() and _signature(int(pid)) == signature
    except psutil.NoSuchProcess:
        return False


def passwords_of(keys: Path) -> dict[str, str]:
    """The passwords of this deployment, made at its first start; readable by the owner only."""
    path = keys / "servers.json"
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = {name: secrets.token_urlsafe(24) for name in (*IDENTITIES, "postgres")}
    write_private(path, msgspec.json.encode(made))
    return made


class Embedded(Struct, frozen=True):
    """Both servers, running: how to reach them, and who starts them again."""

    servers: Servers
    kept: Sequence[Kept]

    def away(self) -> list[Sentence]:
        """Which servers are not there just now, each a sentence."""
        return [one.away for one in self.kept if one.away is not None]

    async def keep(self, back: Back) -> None:
        """Start again what dies, until cancelled, and call `back` then. Raises: ServerFailed in an exception group."""
        async with asyncio.TaskGroup() as tasks:
            for one in self.kept:
                tasks.create_task(one.keep(back), name=f"keep {one.name}")


@asynccontextmanager
async def embedded(settings: Settings) -> AsyncIterator[Embedded]:
    """Both servers, running, with `run/servers.json` written. Start it from the main thread.

    Raises: InUse, ServerFailed.
    """
    async with locked(settings.data) as lock:
        passwords = passwords_of(settings.keys)
        started: list[Kept] = []
        try:
            servers = await _start(settings, passwords, lock, started)
            write_private(settings.servers_file, msgspec.json.encode(servers))
            yield Embedded(servers, started)
        finally:
            settings.servers_file.unlink(missing_ok=True)
            for server in started:
                await server.stop()


async def _start(settings: Settings, passwords: dict[str, str], lock: int, started: list[Kept]) -> Servers:
    socket = socket_folder(settings.data)
    outcomes = await asyncio.gather(
        _start_nats(settings.data, passwords, lock),
        _start_postgres(settings.data, socket, passwords["postgres"], lock),
        return_exceptions=True,
    )
    nats, postgres = outcomes
    if not isinstance(nats, BaseException):
        started.append(nats[1])
    if not isinstance(postgres, BaseException):
        started.append(postgres)
    if isinstance(nats, BaseException):
        raise nats
    if isinstance(postgres, BaseException):
        raise postgres
    await _owner(conninfo(socket, "postgres", passwords["postgres"], "postgres"), passwords["provision"])
    url = f"nats://127.0.0.1:{nats[0]}"
    return Servers(os.getpid(), {name: _access(url, socket, name, passwords[name]) for name in IDENTITIES})


def _access(url: str, socket: Path, name: str, password: str) -> Access:
    return Access(url, name, password, "" if name == "system" else conninfo(socket, f"moldcare_{name}", password))


async def _start_nats(data: Path, passwords: dict[str, str], lock: int) -> tuple[int, Kept]:
    """NATS on a port that was free a moment ago, another one when somebody was quicker; the port, and the server."""
    log = data / "log" / "nats.log"
    for attempt in range(3):
        node = NatsNode("moldcare", data / NATS_FOLDER, free_port())
        node.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

        async def start(node: NatsNode = node) -> Server:
            return await start_nats(node, configuration(node, passwords), log, (lock,))

        try:
            return node.port, Kept("NATS", await start(), start)
        except ServerFailed as failed:
            if attempt == 2 or "address already in use" not in str(failed):
                raise
    raise AssertionError("three attempts return or raise")


async def _start_postgres(data: Path, socket: Path, password: str, lock: int) -> Kept:
    folder, log = data / POSTGRES_FOLDER, data / "log" / "postgres.log"

    async def start(*, again: bool = True) -> Server:
        return await start_postgres(folder, socket, password, log, (lock,), again=again)

    return Kept("PostgreSQL", await start(again=False), start)


async def _owner(superuser: str, password: str) -> None:
    """The identity that provisions: it may make databases and roles, and is no superuser."""
    async with await AsyncConnection.connect(superuser, autocommit=True) as connection:
        found = await connection.execute("select 1 from pg_roles where rolname = 'moldcare_provision'")
        if await found.fetchone() is None:
            await connection.execute(
                sql.SQL("create role moldcare_provision login createdb createrole password {}").format(
                    sql.Literal(password)
                )
            )
            # Without it the maker of a role may not act for it: drop its sessions, set its default rights.
            await connection.execute("alter role moldcare_provision set createrole_self_grant = 'set, inherit'")
