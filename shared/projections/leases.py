"""Who follows a read model: a session lock in PostgreSQL, so that of several processes one writes and the others wait.

The lock spares work; what keeps rows right is the guard on every position.
"""

import asyncio
from contextlib import suppress

import psycopg

from shared.projections.statements import Connection, Pool

_TRY = "select pg_try_advisory_lock(hashtextextended(%(name)s, 131))"
_LOOK_AGAIN = 2.0
"""Seconds between two tries while another process follows."""


class Leases:
    """The leases of one process, held by a connection of their own: they last as long as its session."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._connection: Connection | None = None
        self._alone = asyncio.Lock()

    async def acquire(self, name: str) -> None:
        """Wait until this process is the one that follows `name`. Raises: psycopg.OperationalError."""
        while not await self.is_acquired(name):
            await asyncio.sleep(_LOOK_AGAIN)

    async def is_acquired(self, name: str) -> bool:
        """Try once. Raises: psycopg.OperationalError."""
        async with self._alone:
            connection = await self._session()
            # Asked again of a lease that is held: a session that died with its server holds nothing any more.
            row = await (await connection.execute(_TRY, {"name": name})).fetchone()
            return row is not None and bool(row[0])

    async def _session(self) -> Connection:
        if self._connection is not None and self._connection.closed:
            # Given back once only: the pool makes a new one in its place each time.
            dead, self._connection = self._connection, None
            await self._pool.putconn(dead)
        if self._connection is None:
            self._connection = await self._pool.getconn()
            await self._connection.set_autocommit(True)
        return self._connection

    async def are_held(self) -> bool:
        """Whether the session lives that everything was leased in; as long as nothing was, there is nothing to lose."""
        async with self._alone:
            if self._connection is None:
                return True
            try:
                await self._connection.execute("select 1")
            except psycopg.OperationalError:
                return False
            return True

    async def close(self) -> None:
        """Give everything back."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            if not connection.closed:
                with suppress(psycopg.OperationalError):
                    await connection.execute("select pg_advisory_unlock_all()")
                    await connection.set_autocommit(False)
            await self._pool.putconn(connection)
