"""The database dies and comes back: who waited for it goes on at once, and nothing that it lost stays lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from services.command_line.ground import ground, opened_pool
from services.command_line.reach import unreachable
from services.intake.projections.open_cases import OPEN_CASES
from shared.projections.leases import Leases
from shared.projections.materializer import Workplace
from shared.projections.statements import Pool
from shared.runtime.settings import Settings
from tests.e2e.running import moldcare
from tests.support import samples
from tests.support.desk import Desk
from tests.support.reading import following, refolded, shown, stored, whole_log, workplace
from tests.waiting import until

_END_LEASES = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
OUTAGE = 3.3
"""Seconds: a pool that waits twice as long each time would try again after seven."""


@pytest.mark.parametrize("service", ["intake", "console"])
async def test_no_service_starts_while_the_database_is_away(deployment: Settings, service: str) -> None:
    nowhere = "host=/nowhere dbname=moldcare user=nobody"
    away = {f"MOLDCARE_POSTGRES_{identity}": nowhere for identity in ("SERVICE", "CONSOLE")}
    ran = await moldcare(deployment.data, "serve", service, **{**deployment.environment, **away, "MOLDCARE_PORT": "0"})
    assert (ran.code, ran) == (1, "")
    assert "PostgreSQL" in ran.complaint
    assert len(ran.complaint.splitlines()) == 1


async def test_what_the_console_does_not_reach_is_named(deployment: Settings) -> None:
    async with ground(deployment, "console") as here:
        assert await unreachable(here) == []
        await here.client.close()
        assert await unreachable(here) == ["NATS 无法连接 / NATS cannot be reached"]
        await here.pool.close()
        assert len(await unreachable(here)) == 2


@pytest.fixture
async def place(deployment: Settings) -> AsyncIterator[Workplace]:
    desk = Desk()
    await desk.open()
    async with workplace(deployment, desk.store) as place:
        case_id = await desk.register()
        await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)
        yield place


async def test_rows_that_were_lost_in_a_crash_come_back_though_nothing_new_happens(place: Workplace) -> None:
    wanted = await refolded(place, OPEN_CASES, await whole_log(place.store))

    async def are_back() -> bool:
        return await stored(place, OPEN_CASES) == wanted

    async with following(place, [OPEN_CASES]):
        await shown(place, [OPEN_CASES])
        async with place.pool.connection() as connection:
            await connection.execute("update projections.build set position = 0")
            await connection.execute("delete from read.open_cases")
            await connection.execute(_END_LEASES)
        await until(are_back)
        await shown(place, [OPEN_CASES])


async def test_a_dead_session_is_given_back_once_however_long_the_database_is_away(
    deployment: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none() -> None:
        raise PoolTimeout

    pool: Pool = AsyncConnectionPool(deployment.access("service").postgres, min_size=1, max_size=4, open=False)
    async with pool:
        leases = Leases(pool)
        await leases.acquire("open_cases")
        assert await leases.are_held()
        async with pool.connection() as connection:
            await connection.execute(_END_LEASES)
        assert not await leases.are_held()
        with monkeypatch.context() as away:
            away.setattr(pool, "getconn", none)
            for _ in range(3):
                with pytest.raises(PoolTimeout):
                    await leases.acquire("open_cases")
        await leases.acquire("open_cases")
        assert await leases.are_held()
        assert pool.get_stats()["returns_bad"] == 1
        await leases.close()


async def test_after_an_outage_the_next_who_asks_gets_a_connection(deployment: Settings, tmp_path: Path) -> None:
    where = deployment.access("console").postgres
    socket = Path(str(conninfo_to_dict(where)["host"]))
    link = tmp_path / "socket"
    async with opened_pool(make_conninfo(where, host=str(link)), "test") as pool:

        async def answers() -> bool:
            try:
                async with pool.connection(timeout=0.2) as connection:
                    await connection.execute("select 1")
            except psycopg.OperationalError:
                return False
            return True

        with pytest.raises(AssertionError, match="still False"):
            await until(answers, seconds=OUTAGE)
        link.symlink_to(socket)
        await until(answers, seconds=2)
