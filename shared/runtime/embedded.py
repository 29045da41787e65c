"""Both servers in one data folder: started together, stopped in order, never two of them on the same folder.

The lock of the folder is inherited by both servers, so it is free only when all of us are gone: a start right
after a kill waits until the old servers have ended.
"""

import asyncio
import fcntl
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from shared.runtime.nats_server import NatsNode, configuration, free_port, start_nats
from shared.runtime.postgres_server import conninfo, socket_folder, start_postgres
from shared.runtime.processes import Server, ServerFailed
from shared.runtime.settings import Access, Servers, Settings

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
        os.pwrite(lock, str(os.getpid()).encode(), 0)
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
            holder = os.pread(lock, 20, 0).decode() or "?"
            if _runs(holder) or asyncio.get_running_loop().time() > deadline:
                raise InUse(f"{data} 正由进程 {holder} 使用 / {data} is in use by process {holder}") from None
            await asyncio.sleep(0.05)


def _runs(pid: str) -> bool:
    try:
        return pid.isdecimal() and b"moldcare" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
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


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for the owner's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


@asynccontextmanager
async def embedded(settings: Settings) -> AsyncIterator[Servers]:
    """Both servers, running, with `run/servers.json` written. Start it from the main thread.

    Raises: InUse, ServerFailed.
    """
    async with locked(settings.data) as lock:
        passwords = passwords_of(settings.keys)
        started: list[Server] = []
        try:
            servers = await _start(settings, passwords, lock, started)
            write_private(settings.servers_file, msgspec.json.encode(servers))
            yield servers
        finally:
            settings.servers_file.unlink(missing_ok=True)
            for server in started:
                await server.stop(signal.SIGINT)


async def _start(settings: Settings, passwords: dict[str, str], lock: int, started: list[Server]) -> Servers:
    data, logs = settings.data, settings.data / "log"
    node = NatsNode("moldcare", data / NATS_FOLDER, free_port())
    node.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket = socket_folder(data)
    outcomes = await asyncio.gather(
        start_nats(node, configuration(node, passwords), logs / "nats.log", (lock,)),
        start_postgres(data / POSTGRES_FOLDER, socket, passwords["postgres"], logs / "postgres.log", (lock,)),
        return_exceptions=True,
    )
    started += [one for one in outcomes if isinstance(one, Server)]
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    url = f"nats://127.0.0.1:{node.port}"
    access = {
        name: Access(url, name, passwords[name], conninfo(socket, role, passwords[key]))
        for name, role, key in (
            ("provision", "postgres", "postgres"),
            ("service", "moldcare_service", "service"),
            ("console", "moldcare_console", "console"),
        )
    }
    access["system"] = Access(url, "system", passwords["system"], "")
    return Servers(os.getpid(), access)


__all__ = ["InUse", "ServerFailed", "embedded", "locked", "passwords_of", "write_private"]
