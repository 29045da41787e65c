"""Numbered SQL files, applied once each, in order, under a lock; a file that was changed afterwards is refused."""

import hashlib
from importlib.resources import files

from msgspec import Struct
from psycopg import AsyncConnection

_LEDGER = """
create table if not exists public.migration (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
);
grant select on public.migration to public
"""
_LOCK = "select pg_advisory_xact_lock(hashtext('moldcare.migration'))"


class Drift(Exception):
    """The database was made by other files than these; the message names them."""


class Migration(Struct, frozen=True):
    """One file: its name orders it."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """What was applied, so that a later change is noticed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All files in order."""
    folder = files("shared.runtime") / "migrations"
    found = [
        Migration(one.name, one.read_text(encoding="utf-8")) for one in folder.iterdir() if one.name.endswith(".sql")
    ]
    return sorted(found, key=lambda one: one.name)


async def applied(connection: AsyncConnection) -> dict[str, str]:
    """The files that this database has seen, by name. An empty database has seen none."""
    exists = await (await connection.execute("select to_regclass('public.migration')")).fetchone()
    if exists is None or exists[0] is None:
        return {}
    rows = await (await connection.execute("select name, sha256 from public.migration")).fetchall()
    return dict(rows)


def pending(seen: dict[str, str]) -> list[Migration]:
    """The files still to apply. Raises: Drift when an applied file differs from ours."""
    changed = [one.name for one in migrations() if one.name in seen and seen[one.name] != one.sha256]
    if changed:
        names = ", ".join(changed)
        raise Drift(f"迁移文件与数据库不符: {names} / migrations differ from what was applied: {names}")
    return [one for one in migrations() if one.name not in seen]


async def migrate(connection: AsyncConnection) -> list[str]:
    """Apply what is pending in one transaction; the names applied. Raises: Drift."""
    async with connection.transaction():
        await connection.execute(_LOCK)
        await connection.execute(_LEDGER)
        todo = pending(await applied(connection))
        for one in todo:
            await connection.execute(one.sql.encode())
            await connection.execute(
                "insert into public.migration (name, sha256) values (%s, %s)", (one.name, one.sha256)
            )
    return [one.name for one in todo]
