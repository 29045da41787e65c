"""The runner is killed with SIGKILL right before each of its statements in turn; it goes on to the same rows."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from shared.projections.statements import NAMES
from shared.runtime.settings import Settings
from tests.support import samples
from tests.support.crashing import WORKED_ON, Kept, restored
from tests.support.desk import Desk
from tests.support.reading import parked, refolded, stored, whole_log, workplace


@pytest.fixture(scope="session")
async def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of enough cases for the big ways of writing, in a file."""
    desk = Desk()
    await desk.open()
    opened = []
    for number in range(70):
        case_id = await desk.register(mould_no=f"M-{number}")
        await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)
        opened.append(case_id)
    customer = await desk.send("RegisterCustomer", samples.customer())
    for number in range(70):
        await desk.send("RegisterMould", samples.mould(customer.body["id"], mould_no=f"M-{number}"))
    for case_id in opened[:12]:
        await desk.send("Classify", samples.classification(), to=case_id)
    await desk.send("DisableUser", {"reason": "离职"}, to="sales", by="admin")
    events = [(one.subject, one.payload) for one in await whole_log(desk.store)]
    path = tmp_path_factory.mktemp("log") / "events"
    path.write_bytes(msgspec.msgpack.encode(Kept(events, opened[3], opened[40])))
    return path


class Crashing:
    """Runs the work in a process that may kill itself; the exit code."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def run(self, settings: Settings, name: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{name}\t{settings.access('service').postgres}\n".encode())
        async with asyncio.timeout(60):
            return int(await self._process.stdout.readline())


@pytest.fixture(scope="session")
async def crashing(log: Path) -> AsyncIterator[Crashing]:
    pipe = asyncio.subprocess.PIPE
    arguments = (sys.executable, "-m", "tests.support.crashing", str(log))
    process = await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe)
    yield Crashing(process)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


@pytest.mark.parametrize("name", NAMES)
async def test_killed_before_a_statement_it_goes_on_to_the_same_rows(
    deployment: Settings, log: Path, crashing: Crashing, name: str
) -> None:
    assert await crashing.run(deployment, name) == -signal.SIGKILL, f"{name} was never reached"
    assert await crashing.run(deployment, "") == 0
    kept = msgspec.msgpack.decode(log.read_bytes(), type=Kept)
    store = await restored(kept)
    async with workplace(deployment, store) as place:
        events = await whole_log(store)
        for projection in WORKED_ON:
            assert await stored(place, projection) == await refolded(place, projection, events), projection.name
        assert await parked(place, "open_cases") == []
        async with place.pool.connection() as connection:
            text = "select count(*), max(position), min(position) from projections.build where status = 'live'"
            row = await (await connection.execute(text)).fetchone()
        assert row == (len(WORKED_ON), len(events), len(events))
