"""Lists, case pages and figures of a running product on a store of a hundred thousand cases, asked over HTTP.

Each kind of question is asked with other values every time: other numbers, words, customers, pages and instants.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from random import Random
from time import perf_counter

import httpx2
import psycopg

from services.command_line.ground import ground, opened_log
from services.command_line.stages import STAGES
from shared.reactors.handover import hand_over, has_begun
from shared.runtime.settings import settings_of
from tests.bench.asking import Kind, kinds, known_of
from tests.bench.firm.years import filled
from tests.bench.living import PASSWORD, at_head, product
from tests.bench.measure import Line, at_most, percentile
from tests.bench.workshop import workshop

CLIENTS = 8
Times = dict[str, list[float]]


async def lines(folder: Path, cases: int, rounds: int) -> AsyncIterator[Line]:
    """The generator's pace, then p95 of each kind of question with one client and with eight."""
    if (written := await prepared(folder, cases)) is not None:
        yield written
    async with product(folder):
        await at_head(folder)
        settings = settings_of({}, folder)
        async with await psycopg.AsyncConnection.connect(settings.access("service").postgres) as connection:
            await connection.set_autocommit(True)
            await connection.execute("analyze")
            known = await known_of(connection)
        url = settings.servers().console_url
        async with httpx2.AsyncClient(
            base_url=url, timeout=60, limits=httpx2.Limits(max_connections=CLIENTS)
        ) as client:
            await sign_in(client)
            asked = kinds(known)
            await ask(client, asked, 3, 1)
            alone = await ask(client, asked, rounds, 1)
            many = await ask(client, asked, rounds, CLIENTS)
    for kind in asked:
        yield _line(kind, alone[kind.name], many[kind.name])


async def prepared(folder: Path, cases: int) -> Line | None:
    """A store of so many cases; reactors go on behind it, for what follows from its events is in it already."""
    async with workshop(folder) as shop, ground(shop.settings, "service") as here, opened_log(here) as store:
        events, seconds = await filled(here, store, cases)
        async with here.pool.connection() as connection:
            if not await has_begun(connection):
                names = [policy.name for stage in STAGES for policy in stage.policies]
                await hand_over(connection, names, await store.last(), ())
                await connection.commit()
    if not events:
        return None
    rate = events / seconds
    return Line(f"a store of {cases} cases and {events} events written", f"{seconds:.0f} s = {rate:.0f}/s")


async def sign_in(client: httpx2.AsyncClient) -> None:
    """As the supervisor, who may see everything that is asked for."""
    answer = await client.post("/api/v1/session", json={"user": "supervisor", "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"


async def ask(client: httpx2.AsyncClient, asked: Sequence[Kind], rounds: int, clients: int) -> Times:
    """Every kind so many times, in turn, by so many clients at once; the seconds of each."""
    chance, each = Random(3), defaultdict[str, list[float]](list)
    waiting = iter([kind for _ in range(rounds) for kind in asked])

    async def one() -> None:
        for kind in waiting:
            path = kind.path(chance)
            began = perf_counter()
            answer = await client.get(path)
            each[kind.name].append(perf_counter() - began)
            assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])

    await asyncio.gather(*(one() for _ in range(clients)))
    return each


def _line(kind: Kind, alone: Sequence[float], many: Sequence[float]) -> Line:
    def told(times: Sequence[float]) -> str:
        return f"p50 {1e3 * percentile(times, 0.5):.0f} ms, p95 {1e3 * percentile(times, 0.95):.0f} ms"

    name = f"{kind.name}, 1 client; beside: {CLIENTS} [ms]"
    if kind.target is None:
        return Line(name, told(alone), told(many))
    return at_most(name, told(alone), told(many), 1e3 * percentile(alone, 0.95), kind.target)
