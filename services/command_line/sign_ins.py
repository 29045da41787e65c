"""First sign-ins: passwords are told once at the start, and kept only as hashes."""

import secrets
from collections.abc import Sequence

from msgspec import Struct

from services.command_line import seeding
from services.console.passwords import is_right, set_password
from shared.people.secrets import kept_secret
from shared.projections.statements import Pool
from shared.runtime.settings import Settings

_HAS = "select 1 from access.password where user_name = %(user)s"


class SignIns(Struct, frozen=True):
    """Users who share one password that is told at the start."""

    users: Sequence[str]
    password: str


async def admin_password(pool: Pool, settings: Settings) -> SignIns | None:
    """A password for the first user, once; None when there is one already."""
    async with pool.connection() as connection:
        if await (await connection.execute(_HAS, {"user": seeding.ADMIN})).fetchone():
            return None
        password = secrets.token_urlsafe(12)
        await set_password(connection, seeding.ADMIN, password)
    return SignIns([seeding.ADMIN], password)


async def sample_password(pool: Pool, settings: Settings) -> SignIns:
    """The password of all sample users: MOLDCARE_SAMPLE_PASSWORD, else one that this deployment made for itself."""
    users = seeding.sample_users()
    password = (
        settings.environment.get("MOLDCARE_SAMPLE_PASSWORD") or kept_secret(settings.keys, "sample.key").hex()[:12]
    )
    async with pool.connection() as connection:
        if not await is_right(connection, users[-1], password):
            for user in users:
                await set_password(connection, user, password)
    return SignIns(users, password)
