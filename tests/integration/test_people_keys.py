"""The keys of persons and objects under one set of laws, in memory and in PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from shared.people.identity import UNCLAIMED
from shared.people.key_store import KeyStore
from shared.people.memory import MemoryKeyStore
from shared.people.postgres import PostgresKeyStore
from shared.people.ring import KeyGone, KeyRing
from shared.runtime.settings import Settings

MASTER = b"m" * 32


@pytest.fixture(params=["memory", "service", "console"])
async def kept(request: pytest.FixtureRequest, deployment: Settings) -> AsyncIterator[KeyStore]:
    """A key store; PostgreSQL once for each identity that makes keys."""
    if request.param == "memory":
        yield MemoryKeyStore()
        return
    async with AsyncConnectionPool(
        deployment.access(request.param).postgres, connection_class=psycopg.AsyncConnection, min_size=1, max_size=8
    ) as pool:
        yield PostgresKeyStore(pool)


async def test_processes_that_make_a_person_s_key_at_once_get_the_same(kept: KeyStore) -> None:
    rings = [KeyRing(MASTER, kept) for _ in range(20)]
    made = await asyncio.gather(*(ring.make(["p", f"own-{number}"]) for number, ring in enumerate(rings)))
    assert len({one["p"] for one in made}) == 1
    assert len({one[f"own-{number}"] for number, one in enumerate(made)}) == 20


async def test_processes_that_make_an_object_s_key_at_once_get_the_same(kept: KeyStore) -> None:
    made = await asyncio.gather(*(KeyRing(MASTER, kept).make_object_key("sha256:1") for _ in range(20)))
    assert len(set(made)) == 1


async def test_an_object_is_claimed_by_several_and_never_unreadable_meanwhile(kept: KeyStore) -> None:
    key = await KeyRing(MASTER, kept).make_object_key("sha256:2")

    async def claim(number: int) -> None:
        ring = KeyRing(MASTER, kept)
        assert await ring.claim("sha256:2", f"person-{number}")
        assert await ring.object_key("sha256:2") == key

    await asyncio.gather(*(claim(number) for number in range(10)))
    assert set(await kept.object_keys("sha256:2")) == {f"person-{number}" for number in range(10)}
    assert not await KeyRing(MASTER, kept).claim("sha256:never-made", "person-1")


async def test_only_objects_with_a_key_are_known(kept: KeyStore) -> None:
    await KeyRing(MASTER, kept).make_object_key("sha256:3")
    assert await KeyRing(MASTER, kept).known_objects(["sha256:3", "sha256:4"]) == {"sha256:3"}
    with pytest.raises(KeyGone):
        await KeyRing(MASTER, kept).object_key("sha256:4")


async def test_under_another_master_key_nothing_opens(kept: KeyStore) -> None:
    await KeyRing(MASTER, kept).make(["p"])
    with pytest.raises(KeyGone):
        await KeyRing(b"x" * 32, kept).find(["p"])


async def test_keys_are_stored_wrapped_only(kept: KeyStore) -> None:
    made = await KeyRing(MASTER, kept).make(["p"])
    wrapped = await kept.person_keys(["p"])
    assert made["p"] not in wrapped["p"]
    assert len(wrapped["p"]) == 32 + 12 + 16


async def test_a_destroyed_person_key_takes_the_wraps_of_objects_with_it(deployment: Settings) -> None:
    async with AsyncConnectionPool(
        deployment.access("service").postgres, connection_class=psycopg.AsyncConnection, min_size=1
    ) as pool:
        ring = KeyRing(MASTER, PostgresKeyStore(pool))
        await ring.make_object_key("sha256:5")
        await ring.claim("sha256:5", "p")
        async with pool.connection() as connection:
            await connection.execute("delete from keys.person_key where person_id = 'p'")
            rest = await (await connection.execute("select * from keys.object_wrap")).fetchall()
        assert rest == []
        ring.forget("p")
        with pytest.raises(KeyGone):
            await ring.object_key("sha256:5")
        assert await ring.make_object_key("sha256:5", UNCLAIMED)


async def test_without_the_database_it_says_that_the_keys_cannot_be_reached() -> None:
    pool: AsyncConnectionPool[psycopg.AsyncConnection] = AsyncConnectionPool("host=/nowhere", open=False)
    with pytest.raises(ConnectionError):
        await KeyRing(MASTER, PostgresKeyStore(pool)).find(["p"])
