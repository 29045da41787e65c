"""The whole product as `moldcare up` runs it: start to ready, memory, and the lag from acknowledged to visible."""

import asyncio
import contextlib
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import msgspec
import psycopg

from services.command_line.ground import ground
from shared.runtime.nats_server import free_port
from shared.runtime.settings import settings_of
from shared.store.connection import connect
from tests.bench import bodies
from tests.bench.footprint import memory_of
from tests.bench.measure import Line, at_most, percentile

PASSWORD = "only for measuring"
_SEEN = "select min(position) from projections.build where status = 'live'"


@asynccontextmanager
async def product(folder: Path) -> AsyncIterator[tuple[int, float]]:
    """A running product on this folder: its first process, and how long it took until ready [s]."""
    port, began = free_port(), perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "services.command_line.main",
            "up",
            "--sample",
            "--data",
            str(folder),
            "--port",
            str(port),
        ),
        stdout=asyncio.subprocess.DEVNULL,
        env={**os.environ, "MOLDCARE_SAMPLE_CASES": "0", "MOLDCARE_SAMPLE_PASSWORD": PASSWORD},
        start_new_session=True,
    )
    try:
        while not await asyncio.to_thread(_is_ready, port):
            if process.returncode is not None or perf_counter() - began > 300:
                raise RuntimeError("moldcare up did not become ready")
            await asyncio.sleep(0.02)
        yield process.pid, perf_counter() - began
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), 60)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def lag(folder: Path, seconds: float, pace: int = 200) -> tuple[list[float], float]:
    """From the answer to a command until every read model is past its event [s each], and the pace that was held."""
    acknowledged: list[tuple[float, int]] = []
    settings = settings_of({}, folder)
    seen: list[tuple[float, int]] = []
    async with ground(settings, "service") as here:
        console = await connect(settings.access("console"), name="bench")

        async def send(number: int) -> None:
            token = here.signer.sign("specialist", here.clock.now())
            headers = {"Moldcare-Actor": token, "Command-Id": str(uuid4())}
            answer = await console.request("cmd.intake.RegisterFeedback", bodies.report(number), 30, headers=headers)
            said = msgspec.json.decode(answer.data)
            assert said["status"] == 201, said
            acknowledged.append((perf_counter(), said["body"]["sequence"]))

        async def watch(until: asyncio.Event) -> None:
            postgres = settings.access("service").postgres
            async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as connection:
                while not until.is_set() or seen[-1][1] < max(position for _, position in acknowledged):
                    row = await (await connection.execute(_SEEN)).fetchone()
                    assert row is not None
                    seen.append((perf_counter(), row[0]))
                    await asyncio.sleep(0.002)

        for number in range(bodies.CONTACTS):
            await send(number)
        acknowledged.clear()
        over, began = asyncio.Event(), perf_counter()
        watching = asyncio.create_task(watch(over))
        async with asyncio.TaskGroup() as tasks:
            for number in range(int(pace * seconds)):
                await asyncio.sleep(max(0.0, began + number / pace - perf_counter()))
                tasks.create_task(send(number))
        held = pace * seconds / (perf_counter() - began)
        over.set()
        await asyncio.wait_for(watching, 60)
        await console.close()
    return _lags(sorted(acknowledged, key=lambda one: one[1]), seen), held


def _lags(acknowledged: Sequence[tuple[float, int]], seen: Sequence[tuple[float, int]]) -> list[float]:
    lags, place = list[float](), 0
    for instant, position in acknowledged:
        while seen[place][1] < position:
            place += 1
        lags.append(max(0.0, seen[place][0] - instant))
    return lags


async def rebuilding(folder: Path, over: asyncio.Event) -> int:
    """Read models built anew again and again until told to end, after others as `moldcare rebuild` does it; how many
    times."""
    times = 0
    while not over.is_set():
        process = await asyncio.create_subprocess_exec(
            *("nice", "-n", "10", sys.executable, "-m", "tests.bench.following", str(folder), "rebuild", "open_cases"),
            stdout=asyncio.subprocess.DEVNULL,
        )
        if await process.wait():
            raise RuntimeError("a rebuild failed")
        times += 1
    return times


def _lag_line(name: str, found: tuple[list[float], float], target: float) -> Line:
    lags, held = found
    ours = f"p50 {1e3 * percentile(lags, 0.5):.0f} ms, p99 {1e3 * percentile(lags, 0.99):.0f} ms"
    return at_most(name, ours, f"{held:.0f} events/s held", 1e3 * percentile(lags, 0.99), target)


async def fresh_lines(folder: Path, seconds: float) -> AsyncIterator[Line]:
    """A new deployment: first start, second start, memory, lag."""
    async with product(folder) as (_, took):
        yield at_most("start to ready with initdb [s]", f"{took:.1f} s", "", took, 4)
    async with product(folder) as (pid, took):
        yield at_most("start to ready again [s]", f"{took:.1f} s", "", took, 3)
        megabytes = memory_of(pid)
        yield at_most("memory, empty [MB]", f"{megabytes:.0f} MB", "", megabytes, 320)
        yield _lag_line("live lag p99 [ms]", await lag(folder, seconds), 100)


async def long_lines(folder: Path, seconds: float, idle: float) -> AsyncIterator[Line]:
    """The same on a long log whose read models stand at its head."""
    async with product(folder):
        await at_head(folder)
    async with product(folder) as (pid, took):
        yield at_most("start to ready on the long log [s]", f"{took:.1f} s", "", took, 6)
        await at_head(folder)
        await asyncio.sleep(idle)
        megabytes = memory_of(pid)
        yield at_most(f"memory, long log, {idle:.0f} s idle [MB]", f"{megabytes:.0f} MB", "", megabytes, 450)
        over = asyncio.Event()
        beside = asyncio.create_task(rebuilding(folder, over))
        yield _lag_line("live lag p99 beside a rebuild [ms]", await lag(folder, seconds), 250)
        over.set()
        await beside


async def at_head(folder: Path) -> None:
    """Wait until every read model has the whole log, bounded."""
    access = settings_of({}, folder).access("service")
    client = await connect(access, name="bench")
    last = (await client.jetstream().stream_info("EVENTS")).state.last_seq
    await client.close()
    began = perf_counter()
    async with await psycopg.AsyncConnection.connect(access.postgres, autocommit=True) as connection:
        while perf_counter() - began < 900:
            row = await (await connection.execute(_SEEN)).fetchone()
            if row is not None and row[0] is not None and row[0] >= last:
                return
            await asyncio.sleep(0.2)
    raise RuntimeError(f"the read models stand at {row} of {last}")
