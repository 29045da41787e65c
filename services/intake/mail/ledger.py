"""What became of every raw message: registered, listed for a person, or quarantined until it can be read."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

import psycopg
from msgspec import Struct
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from services.intake.mail.kinds import Listing

Pool = AsyncConnectionPool[psycopg.AsyncConnection[Any]]
Status = Literal["registered", "listed", "quarantined"]

_COLUMNS = """
    sequence, message_subject, sha256, status, listing, case_id, error, sender, title, received_at, stored_at,
    settled_at"""
_KEEP = f"""
insert into intake.ledger ({_COLUMNS})
values (%(sequence)s, %(message_subject)s, %(sha256)s, %(status)s, %(listing)s, %(case_id)s, %(error)s, %(sender)s,
    %(title)s, %(received_at)s, %(stored_at)s, %(settled_at)s)
on conflict (sequence) do update
set status = excluded.status, listing = excluded.listing, case_id = excluded.case_id, error = excluded.error,
    sender = excluded.sender, title = excluded.title, received_at = excluded.received_at,
    settled_at = excluded.settled_at, attempts = ledger.attempts + 1
where ledger.status = 'quarantined'"""
_READ = f"select {_COLUMNS} from intake.ledger where sequence = any(%(sequences)s)"
_QUARANTINED = "select sequence from intake.ledger where status = 'quarantined' order by sequence"


class Entry(Struct, frozen=True, kw_only=True):
    """One raw message and its end. `sender` and `title` are sealed; `error` names codes and fields only."""

    sequence: int
    message_subject: str
    sha256: str
    status: Status
    listing: Listing | None = None
    case_id: str | None = None
    error: str | None = None
    sender: str | None = None
    title: str | None = None
    received_at: datetime | None = None
    stored_at: datetime
    settled_at: datetime


class Ledger:
    """The ledger in PostgreSQL. Every method raises psycopg.OperationalError when it cannot be reached."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, entry: Entry) -> None:
        """Write an end down; only a quarantined message can get another one."""
        async with self._pool.connection() as connection:
            await connection.execute(_KEEP, _fields(entry))

    async def find(self, sequences: Collection[int]) -> dict[int, Entry]:
        """The ends of these messages, those that have one."""
        async with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Entry)) as cursor:
            await cursor.execute(_READ, {"sequences": list(sequences)})
            return {entry.sequence: entry for entry in await cursor.fetchall()}

    async def quarantined(self) -> list[int]:
        """The positions of what waits for a better reader."""
        async with self._pool.connection() as connection:
            return [row[0] for row in await (await connection.execute(_QUARANTINED)).fetchall()]


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__struct_fields__}
