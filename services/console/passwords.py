"""Passwords: argon2id off the loop, few at a time, and equally slow for users that do not exist."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.console.parts import Connection

SHORTEST, LONGEST = 8, 200
"""Characters that a password has."""
_PARALLEL = 2
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns = asyncio.Semaphore(_PARALLEL)

_READ = "select hash from access.password where user_name = %(user)s"
_WRITE = """
insert into access.password (user_name, hash) values (%(user)s, %(hash)s)
on conflict (user_name) do update set hash = excluded.hash"""
_SIGN_OUT = "delete from access.sign_in where user_name = %(user)s"


async def set_password(connection: Connection, user: str, password: str) -> None:
    """Set the password of a user and end all of the user's sessions."""
    async with _turns:
        hashed = await asyncio.to_thread(_hasher.hash, password)
    async with connection.transaction():
        await connection.execute(_WRITE, {"user": user, "hash": hashed})
        await connection.execute(_SIGN_OUT, {"user": user})


async def is_right(connection: Connection, user: str, password: str) -> bool:
    """Whether this is the user's password; takes as long for an unknown user."""
    row = await (await connection.execute(_READ, {"user": user})).fetchone()
    async with _turns:
        return await asyncio.to_thread(_verified, row[0] if row else None, password)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def _verified(hashed: str | None, password: str) -> bool:
    try:
        return _hasher.verify(hashed or _nobody(), password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False
