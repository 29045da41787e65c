"""One process of many acts: whoever holds a session-level advisory lock in PostgreSQL. When its connection dies,
the lock is free and another takes over at its next tick."""

import os

import psycopg
from psycopg import AsyncConnection

_NOTICED = "-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2"
"""A leader whose machine died says nothing: the server looks for it, and frees the lock within 4 seconds."""
_TRY = "select pg_try_advisory_lock(hashtext('moldcare.leader'), hashtext(%(name)s))"


class Leader:
    """The candidacy of this process for one name; the database lists it with both."""

    def __init__(self, postgres: str, name: str) -> None:
        self._postgres = postgres
        self._name = name
        self._connection: AsyncConnection | None = None

    async def leads(self) -> bool:
        """Whether this process leads now; tries to when nobody does."""
        if self._connection is not None:
            try:
                await self._connection.execute("select 1")
                return True
            except psycopg.Error:
                await self.resign()
        try:
            connection = await AsyncConnection.connect(
                self._postgres,
                autocommit=True,
                options=_NOTICED,
                application_name=f"moldcare leader {self._name} {os.getpid()}",
            )
        except psycopg.Error:
            return False
        is_held = False
        try:
            answer = await (await connection.execute(_TRY, {"name": self._name})).fetchone()
            is_held = answer is not None and bool(answer[0])
        except psycopg.Error:
            return False
        finally:
            # Also when cancelled meanwhile: a forgotten session would keep the lock.
            if not is_held:
                await connection.close()
        self._connection = connection if is_held else None
        return is_held

    async def resign(self) -> None:
        """Give up the lead, if held."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
