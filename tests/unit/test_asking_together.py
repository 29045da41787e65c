"""What several ask at the same time is asked once, and never answered from before it was asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from uuid import uuid4

import pytest

from shared.events.envelope import Recorded
from shared.people.together import Together
from shared.store.opening_keys import OpeningKeys
from shared.store.port import StoreUnavailable
from tests.support import samples
from tests.support.desk import Desk


class Server:
    """Doubles numbers, and fails when it is told to; each question waits for `go`."""

    def __init__(self) -> None:
        self.asked: list[dict[str, int]] = []
        self.go = asyncio.Event()
        self.failing = False

    async def ask(self, wanted: Mapping[str, int]) -> Mapping[str, int]:
        self.asked.append(dict(wanted))
        await self.go.wait()
        if self.failing:
            raise ConnectionError
        return {key: 2 * value for key, value in wanted.items() if value}


async def test_those_who_come_while_one_portion_is_under_way_share_the_next() -> None:
    server = Server()
    together = Together[int, int](server.ask)
    first = asyncio.create_task(together.of({"a": 1}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(together.of({key: value})) for key, value in (("b", 2), ("c", 0), ("b", 9))]
    await asyncio.sleep(0)
    server.go.set()
    assert await first == {"a": 2}
    assert await asyncio.gather(*others) == [{"b": 4}, {}, {"b": 4}]
    assert server.asked[0] == {"a": 1}
    assert len(server.asked) == 2


async def test_a_failure_is_told_to_everyone_of_its_portion_and_to_no_other() -> None:
    server = Server()
    server.failing = True
    server.go.set()
    together = Together[int, int](server.ask)
    told = await asyncio.gather(together.of({"a": 1}), together.of({"b": 2}), return_exceptions=True)
    assert [type(one) for one in told] == [ConnectionError, ConnectionError]
    server.failing = False
    assert await together.of({"a": 1}) == {"a": 2}


async def test_one_who_gives_up_does_not_take_the_answer_from_the_others() -> None:
    server = Server()
    together = Together[int, int](server.ask)
    tasks = [asyncio.create_task(together.of({key: 1})) for key in "ab"]
    await asyncio.sleep(0)
    tasks[0].cancel()
    server.go.set()
    assert await tasks[1] == {"b": 2}


class Log:
    """The customers of a desk, read slowly; a reading can fail."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.readings = 0
        self.failures = 0

    async def register(self, key: str, number: str) -> None:
        await self._desk.send("RegisterCustomer", samples.customer(customer_no=number), command_id=key)

    async def of_kind(self, kind: str, after: int) -> AsyncIterator[list[Recorded]]:
        self.readings += 1
        if self.readings <= self.failures:
            raise StoreUnavailable("away")
        pages = [page async for page in self._desk.store.of_kind(kind, after)]
        await asyncio.sleep(0)
        for page in pages:
            yield page


@pytest.fixture
async def log() -> Log:
    desk = Desk()
    await desk.open()
    return Log(desk)


async def test_many_who_ask_for_used_keys_at_once_cost_two_readings(log: Log) -> None:
    keys = OpeningKeys(log)
    found = await asyncio.gather(*(keys.are_used("customer", str(uuid4())) for _ in range(40)))
    assert found == [False] * 40
    assert log.readings <= 2


async def test_a_key_used_while_a_reading_was_under_way_is_found_by_who_asks_afterwards(log: Log) -> None:
    keys, key = OpeningKeys(log), str(uuid4())
    early = asyncio.create_task(keys.are_used("customer", str(uuid4())))
    await asyncio.sleep(0)
    await log.register(key, "C-1")
    assert await asyncio.gather(early, keys.are_used("customer", key)) == [False, True]


async def test_after_a_reading_that_failed_everyone_who_waited_reads_for_himself(log: Log) -> None:
    keys, key = OpeningKeys(log), str(uuid4())
    await log.register(key, "C-1")
    log.failures = 2
    told = await asyncio.gather(*(keys.are_used("customer", key) for _ in range(3)), return_exceptions=True)
    assert told.count(True) == 1
    assert sum(isinstance(one, StoreUnavailable) for one in told) == 2
