"""Runs named SQL: every statement that changes a read model has a name and passes a hook before it is sent.

Tests kill the process at each name; operators find the names in traces.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row
from psycopg_pool import AsyncConnectionPool

Connection = psycopg.AsyncConnection[Any]
Pool = AsyncConnectionPool[Connection]
Hook = Callable[[str], None]
Text = str | sql.Composed

NAMES = (
    "build.find",
    "build.insert",
    "build.create_table",
    "build.look",
    "build.add_key",
    "build.create_index",
    "build.create_view",
    "build.hold",
    "build.promote",
    "build.retire",
    "build.drop",
    "build.drop_table",
    "batch.advance",
    "batch.current",
    "batch.savepoint",
    "batch.rollback",
    "batch.release",
    "batch.upsert",
    "batch.copy",
    "batch.stage",
    "batch.copy_stage",
    "batch.merge",
    "batch.park",
    "scratch.open",
    "scratch.drop",
    "scratch.forget",
    "heal.hold",
    "heal.delete",
    "heal.unpark",
    "heal.bump",
    "commit",
)
"""Every statement of the runner that may change anything, by name; `commit` stands for all commits."""


def nothing(name: str) -> None:
    """The hook of ordinary running."""


class Statements:
    """A connection through which named statements go."""

    def __init__(self, connection: Connection, hook: Hook = nothing) -> None:
        self.connection = connection
        self._hook = hook

    async def run(self, name: str, text: Text, values: Mapping[str, Any] | None = None) -> int:
        """Execute one statement; the number of rows it touched."""
        self._hook(name)
        return (await self.connection.execute(text, values)).rowcount

    async def fetch(self, name: str, text: Text, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Execute one statement; its rows."""
        self._hook(name)
        async with self.connection.cursor(row_factory=tuple_row) as cursor:
            return await (await cursor.execute(text, values)).fetchall()

    async def run_each(self, name: str, text: Text, rows: Sequence[Sequence[Any]]) -> None:
        """Execute one statement for each row, in one go."""
        self._hook(name)
        async with self.connection.cursor() as cursor:
            await cursor.executemany(text, rows)

    async def copy(self, name: str, text: Text, blocks: Iterable[bytes]) -> None:
        """Send rows by COPY, in the form that the statement names."""
        self._hook(name)
        async with self.connection.cursor() as cursor, cursor.copy(text) as copy:
            for block in blocks:
                await copy.write(block)

    async def commit(self) -> None:
        """End the transaction."""
        self._hook("commit")
        await self.connection.commit()


def identifiers(names: Iterable[str]) -> sql.Composed:
    """Column names, comma-separated."""
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def read_table(table: str) -> sql.Composed:
    """A table or view of the schema of read models, or of a scratch schema that its name begins with."""
    schema, _, name = table.rpartition(".")
    return sql.Composed([sql.Identifier(schema or "read", name)])
