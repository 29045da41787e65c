"""Sign-ins in PostgreSQL: only the SHA-256 of a token is kept, so a copy of the table opens no door."""

import hashlib
import secrets
from datetime import datetime, timedelta

from msgspec import Struct

from services.console.parts import Connection
from shared.events.vocabulary import Role

LIFETIME = timedelta(hours=12)

_BEGIN = """
insert into access.sign_in (token_hash, user_name, started_at, expires_at)
values (%(hash)s, %(user)s, %(now)s, %(until)s)"""
_SWEEP = "delete from access.sign_in where expires_at <= %(now)s"
_END = "delete from access.sign_in where token_hash = %(hash)s"
_FIND = "select user_name from access.sign_in where token_hash = %(hash)s and expires_at > %(now)s"


class Visitor(Struct, frozen=True):
    """Who is signed in, as far as reading goes; what a command may do is judged by the service that gets it."""

    user: str
    roles: frozenset[Role]
    customer_id: str | None = None
    dept: str | None = None

    def has(self, *roles: Role) -> bool:
        """Whether the visitor holds one of these roles."""
        return not self.roles.isdisjoint(roles)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def begin(connection: Connection, user: str, now: datetime) -> str:
    """A new session; its token, which is told once. Sessions that ended are swept."""
    token = secrets.token_urlsafe(32)
    async with connection.transaction():
        await connection.execute(_SWEEP, {"now": now})
        await connection.execute(_BEGIN, {"hash": _hash(token), "user": user, "now": now, "until": now + LIFETIME})
    return token


async def end(connection: Connection, token: str) -> None:
    """End a session."""
    await connection.execute(_END, {"hash": _hash(token)})


async def user_of(connection: Connection, token: str, now: datetime) -> str | None:
    """The user whom a token signs in, None when it does not (any more)."""
    row = await (await connection.execute(_FIND, {"hash": _hash(token), "now": now})).fetchone()
    return str(row[0]) if row else None
