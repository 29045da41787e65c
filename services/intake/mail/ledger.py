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
    sequence, message_subject, sha256, status, listing, case_id, error, sender, title, words, same_as, received_at,
    stored_at, settled_at, about_case"""
_KEEP = f"""
insert into intake.ledger ({_COLUMNS})
values (%(sequence)s, %(message_subject)s, %(sha256)s, %(status)s, %(listing)s, %(case_id)s, %(error)s, %(sender)s,
    %(title)s, %(words)s, %(same_as)s, %(received_at)s, %(stored_at)s, %(settled_at)s, %(about_case)s)
on conflict (sequence) do update
set status = excluded.status, listing = excluded.listing, case_id = excluded.case_id, error = excluded.error,
    sender = excluded.sender, title = excluded.title, words = excluded.words, same_as = excluded.same_as,
    received_at = excluded.received_at, about_case = excluded.about_case,
    settled_at = excluded.settled_at, attempts = ledger.attempts + 1
where ledger.status = 'quarantined'"""
_READ = f"select {_COLUMNS} from intake.ledger where sequence = any(%(sequences)s)"
_UNDECIDED = """
select sequence from intake.ledger as l
where status = 'quarantined' and set_aside_at is null and (%(sequence)s::bigint is null or sequence = %(sequence)s)
    and not exists (select from read.message_cases as m where m.position = l.sequence)
order by sequence"""
_SET_ASIDE = """
update intake.ledger set set_aside_by = coalesce(set_aside_by, %(user)s), set_aside_at = coalesce(set_aside_at, %(now)s)
where sequence = %(sequence)s and status <> 'registered'"""


class Entry(Struct, frozen=True, kw_only=True):
    """One raw message and its end. `sender`, `title` and `words` (its new text) are sealed; `error` names codes and
    fields only. `same_as` is the position of the first delivery of the same message, whose end this one shares.

    `about_case` is the case whose letter a listed message answers or brings back."""

    sequence: int
    message_subject: str
    sha256: str
    status: Status
    listing: Listing | None = None
    case_id: str | None = None
    error: str | None = None
    sender: str | None = None
    title: str | None = None
    words: str | None = None
    same_as: int | None = None
    received_at: datetime | None = None
    stored_at: datetime
    settled_at: datetime
    about_case: str | None = None


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

    async def undecided(self, sequence: int | None = None) -> list[int]:
        """The positions of what waits in quarantine for a better reader: nobody registered it or set it aside.

        Raises: psycopg.errors.UndefinedTable while it is not known yet what people registered.
        """
        async with self._pool.connection() as connection:
            found = await connection.execute(_UNDECIDED, {"sequence": sequence})
            return [row[0] for row in await found.fetchall()]

    async def set_aside(self, sequence: int, user: str, now: datetime) -> bool:
        """Note that nothing is to be done about a message; False when there is none that waits for somebody.

        Who did it first stands.
        """
        async with self._pool.connection() as connection:
            found = await connection.execute(_SET_ASIDE, {"sequence": sequence, "user": user, "now": now})
            return found.rowcount == 1


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__struct_fields__}
