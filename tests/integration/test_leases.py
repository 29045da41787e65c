"""Of several processes one follows a read model, also after the database has died under all of them."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from shared.projections.leases import Leases
from shared.projections.statements import Pool
from shared.runtime.settings import Settings


@pytest.fixture
async def pool(deployment: Settings) -> AsyncIterator[Pool]:
    pool: Pool = AsyncConnectionPool(deployment.access("service").postgres, min_size=1, max_size=4, open=False)
    async with pool:
        yield pool


async def test_a_lease_whose_session_died_is_not_taken_for_held(pool: Pool) -> None:
    first, second = Leases(pool), Leases(pool)
    await first.acquire("open_cases")
    async with pool.connection() as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
        )
    await second.acquire("open_cases")
    with pytest.raises(psycopg.OperationalError):
        await first.acquire("open_cases")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await first.acquire("open_cases")
    await second.close()
    async with asyncio.timeout(5):
        await first.acquire("open_cases")
    await first.close()


async def test_leases_are_given_back_without_a_word_when_the_database_is_gone(pool: Pool) -> None:
    leases = Leases(pool)
    await leases.acquire("open_cases")
    async with pool.connection() as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
        )
    await leases.close()
