"""A server that dies is started again; one that keeps dying is given up, in words."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from shared.runtime.keeping import TRIES, Kept
from shared.runtime.processes import Server, ServerFailed
from shared.texts.catalogue import Sentence
from tests.waiting import until


class House:
    """Starts sleepers, and remembers them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.started: list[Server] = []
        self.backs = 0
        self.may_start = asyncio.Event()
        self.may_start.set()

    async def start(self) -> Server:
        await self.may_start.wait()
        server = Server("sleeper", self._folder / "sleeper.log")
        server.start(["sleep", "60"], {})
        self.started.append(server)
        return server

    async def back(self) -> None:
        self.backs += 1

    async def is_back(self) -> bool:
        return self.backs == len(self.started) - 1 > 0

    def kill(self) -> None:
        psutil.Process(self.started[-1].pid).kill()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    yield house
    for server in house.started:
        await server.stop(signal.SIGKILL)


async def test_a_server_that_dies_is_away_and_then_back(house: House) -> None:
    kept = Kept("Sleeper", await house.start(), house.start)
    task = asyncio.create_task(kept.keep(house.back))
    house.may_start.clear()
    house.kill()

    async def words() -> Sentence | None:
        return kept.away

    assert await until(words) == Sentence(
        "Sleeper 意外停止，正在重新启动（第 1 次）", "Sleeper has died and is being started again (time 1)"
    )
    house.may_start.set()
    await until(house.is_back)
    assert kept.away is None
    assert house.started[-1].is_alive
    task.cancel()
    await asyncio.wait([task])
    await kept.stop()
    assert not house.started[-1].is_alive


async def test_a_server_that_keeps_dying_is_given_up_with_a_sentence(house: House) -> None:
    async def again() -> Server:
        await house.start()
        house.kill()
        return house.started[-1]

    kept = Kept("Sleeper", await again(), again, pause=0.001)
    async with asyncio.timeout(20):
        with pytest.raises(ServerFailed, match=rf"Sleeper has died {TRIES + 1} times within 60 seconds"):
            await kept.keep(house.back)
    assert len(house.started) == TRIES + 1
