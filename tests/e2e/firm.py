"""The product as a firm runs it: servers, a process for each service, an import, and whoever starts again what dies."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import psutil

from services.command_line import seeding
from services.command_line.ground import ground, opened_log
from services.command_line.stages import SERVICES
from services.console.passwords import set_password
from shared.projections.progress import wait_for
from shared.runtime.embedded import Embedded, embedded
from shared.runtime.nats_server import free_port
from shared.runtime.processes import dying_with_us
from shared.runtime.provisioning import provision
from shared.runtime.settings import Settings, settings_of
from tests.e2e.running import PASSWORD, PROGRAM, ROOT, environment
from tests.waiting import until

SERVERS = {"NATS": "nats-server", "PostgreSQL": "postgres"}
"""The servers, and the names of their processes."""
PAUSE = 0.2
"""Seconds before a process that ended is started again."""
PEOPLE = {"desk": ["SPECIALIST"], "lead": ["SUPERVISOR"]}
"""Who works there, besides the first user."""


class Program:
    """A command that is started again whenever it ends, until it ends with `wanted` (None: never) or is stopped."""

    def __init__(self, name: str, arguments: Sequence[str], data: Path, wanted: int | None, **settings: str) -> None:
        self.name = name
        self.ends: list[int] = []
        self.starts = 0
        self._command = dying_with_us([*PROGRAM, *arguments], "KILL")
        self._environment = environment(data, **settings)
        self._folder = data.parent / "said"
        self._wanted = wanted
        self._start()
        self._keeping = asyncio.create_task(self._keep(), name=f"keep {name}")

    def _start(self) -> None:
        self._folder.mkdir(exist_ok=True)
        self.starts += 1
        with self.path("out").open("wb") as out, self.path("err").open("wb") as err:
            self.process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=self._environment,
                cwd=ROOT,
                start_new_session=True,
            )

    def path(self, kind: str) -> Path:
        """Where this run of the program writes to."""
        return self._folder / f"{self.name}-{self.starts}.{kind}"

    async def _keep(self) -> None:
        while True:
            while self.process.poll() is None:
                await asyncio.sleep(0.02)
            if self.process.returncode == self._wanted:
                return
            self.ends.append(self.process.returncode)
            await asyncio.sleep(PAUSE)
            self._start()

    def kill(self) -> None:
        """End this run at once."""
        self.process.kill()

    @property
    def is_ready(self) -> bool:
        """Whether the run of now says that it is ready."""
        return self.process.poll() is None and "ready" in self.path("out").read_text()

    async def done(self) -> Any:
        """Wait for the wanted end; the JSON that was printed then."""
        async with asyncio.timeout(120):
            await self._keeping
        return msgspec.json.decode(self.path("out").read_bytes())

    async def stop(self) -> int:
        """Ctrl-C, and no new start; the exit code."""
        self._keeping.cancel()
        await asyncio.wait([self._keeping])
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return await asyncio.to_thread(self.process.wait, 40)
        finally:
            self.process.kill()
            self.process.wait()


class Firm:
    """Everything that runs, by name."""

    def __init__(self, settings: Settings, servers: Embedded) -> None:
        self.settings = settings
        self.port = free_port()
        self.programs: dict[str, Program] = {}
        self._servers = servers

    @property
    def url(self) -> str:
        """Where the console is, whenever it runs."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str, arguments: Sequence[str], wanted: int | None = None) -> Program:
        """A program of the product."""
        told = {"MOLDCARE_PORT": str(self.port)}
        self.programs[name] = Program(name, arguments, self.settings.data, wanted, **told)
        return self.programs[name]

    async def open(self) -> None:
        """All services."""
        for name in SERVICES:
            self.start(name, ["serve", name])

        async def are_ready() -> bool:
            return all(program.is_ready for program in self.programs.values())

        await until(are_ready, seconds=60)

    def server(self, name: str) -> psutil.Process | None:
        """The process of a server, None while there is none."""
        # The servers of other tests may be children of ours too.
        folder = f"{self.settings.data}/"
        return next((one for one in psutil.Process().children() if _is(one, SERVERS[name], folder)), None)

    def kill(self, name: str) -> Callable[[], bool]:
        """End it at once, as the kernel or a power cut would; what tells whether it is back."""
        if name in SERVERS:
            victim = self.server(name)
            assert victim is not None
            victim.kill()
            return lambda: not self._servers.away() and self.server(name) not in (None, victim)
        program = self.programs[name]
        assert program.process.poll() is None, f"{name} does not run"
        run = program.starts
        program.kill()
        return lambda: program.starts > run and (program.is_ready or name not in SERVICES)

    async def close(self) -> dict[str, int]:
        """Stop all programs; their exit codes."""
        found = await asyncio.gather(*(program.stop() for program in self.programs.values()))
        return dict(zip(self.programs, found, strict=True))


@asynccontextmanager
async def open_firm(data: Path) -> AsyncIterator[Firm]:
    """A firm with its rules, its people and their password; nothing of it is left afterwards."""
    settings = settings_of({}, data)
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(embedded(settings))
        await provision(settings)
        keeping = asyncio.create_task(servers.keep(_nothing), name="keep servers")
        stack.push_async_callback(_ended, keeping)
        firm = Firm(settings, servers)
        stack.push_async_callback(firm.close)
        await firm.open()
        await _people(settings)
        assert left_behind(data)
        yield firm
    assert left_behind(data) == []


def _is(process: psutil.Process, name: str, folder: str) -> bool:
    try:
        return process.name() == name and folder in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def left_behind(data: Path) -> list[str]:
    """The names of all processes that work on this folder."""
    found = []
    for one in psutil.process_iter():
        try:
            if one.environ().get("MOLDCARE_DATA") == str(data) or f"{data}/" in " ".join(one.cmdline()):
                found.append(one.name())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


async def _people(settings: Settings) -> None:
    async with ground(settings, "service") as here, opened_log(here) as store:
        await seeding.plant(here, store, seeding.rules())
        users = ({"user_name": name, "roles": roles} for name, roles in PEOPLE.items())
        await seeding.plant(here, store, map(seeding.user, users))
        assert await wait_for(here.pool, await store.last(), ("staff",), 30)
    async with ground(settings, "console") as here, here.pool.connection() as connection:
        for user in (*PEOPLE, seeding.ADMIN):
            await set_password(connection, user, PASSWORD)


async def _nothing() -> None:
    """The services of other processes find out by themselves that a server is back."""


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
