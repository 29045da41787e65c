"""Keys in PostgreSQL, schema `keys`: the one thing there that no log can bring back, so it has its own backup."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from shared.people.together import Together

Pool = AsyncConnectionPool[psycopg.AsyncConnection[Any]]

_PERSONS = "select person_id, wrapped from keys.person_key where person_id = any(%(persons)s)"
_ADD_PERSONS = """
insert into keys.person_key (person_id, wrapped)
select * from unnest(%(persons)s::text[], %(wrapped)s::bytea[]) as given(person_id, wrapped) order by person_id
on conflict (person_id) do nothing"""
_OBJECT = "select person_id, wrapped from keys.object_wrap where object_id = %(object_id)s"
_ALONE = "select pg_advisory_xact_lock(hashtextextended(%(object_id)s, 20))"
_ADD_FIRST = """
insert into keys.object_wrap (object_id, person_id, wrapped)
select %(object_id)s, %(person)s, %(wrapped)s
where not exists (select from keys.object_wrap where object_id = %(object_id)s)"""
_ADD = """
insert into keys.object_wrap (object_id, person_id, wrapped) values (%(object_id)s, %(person)s, %(wrapped)s)
on conflict (object_id, person_id) do nothing"""
_DROP = """
delete from keys.object_wrap
where object_id = %(object_id)s and person_id = %(person)s and wrapped = %(wrapped)s"""
_KNOWN = "select distinct object_id from keys.object_wrap where object_id = any(%(objects)s)"


class PostgresKeyStore:
    """Keeps the promises of `KeyStore` for all processes of a deployment."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._finding = Together[None, bytes](self._found)
        self._adding = Together[bytes, bytes](self._added)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, PoolTimeout, PoolClosed) as error:
            raise ConnectionError("the keys cannot be reached") from error

    async def person_keys(self, persons: Collection[str]) -> dict[str, bytes]:
        """As the port says."""
        return await self._finding.of(dict.fromkeys(persons))

    async def _found(self, persons: Collection[str]) -> dict[str, bytes]:
        async with self._connection() as connection:
            return dict(await (await connection.execute(_PERSONS, {"persons": list(persons)})).fetchall())

    async def add_person_keys(self, wrapped: Mapping[str, bytes]) -> dict[str, bytes]:
        """As the port says."""
        return await self._adding.of(wrapped)

    async def _added(self, wrapped: Mapping[str, bytes]) -> dict[str, bytes]:
        persons = list(wrapped)
        async with self._connection() as connection:
            await connection.execute(_ADD_PERSONS, {"persons": persons, "wrapped": list(wrapped.values())})
            return dict(await (await connection.execute(_PERSONS, {"persons": persons})).fetchall())

    async def object_keys(self, object_id: str) -> dict[str, bytes]:
        """As the port says."""
        async with self._connection() as connection:
            return dict(await (await connection.execute(_OBJECT, {"object_id": object_id})).fetchall())

    async def add_first_object_key(self, object_id: str, person: str, wrapped: bytes) -> bool:
        """As the port says."""
        given = {"object_id": object_id, "person": person, "wrapped": wrapped}
        async with self._connection() as connection, connection.transaction():
            await connection.execute(_ALONE, given)
            return (await connection.execute(_ADD_FIRST, given)).rowcount == 1

    async def add_object_key(self, object_id: str, person: str, wrapped: bytes) -> None:
        """As the port says."""
        async with self._connection() as connection:
            await connection.execute(_ADD, {"object_id": object_id, "person": person, "wrapped": wrapped})

    async def drop_object_key(self, object_id: str, person: str, wrapped: bytes) -> None:
        """As the port says."""
        async with self._connection() as connection:
            await connection.execute(_DROP, {"object_id": object_id, "person": person, "wrapped": wrapped})

    async def known_objects(self, object_ids: Collection[str]) -> set[str]:
        """As the port says."""
        async with self._connection() as connection:
            rows = await (await connection.execute(_KNOWN, {"objects": list(object_ids)})).fetchall()
        return {row[0] for row in rows}
