"""Which servers a process reaches just now."""

import psycopg

from services.command_line.ground import Ground
from shared.texts.catalogue import sentence

PATIENCE = 1.0
"""Seconds that PostgreSQL has to answer whoever asks whether this process can serve."""


async def unreachable(here: Ground) -> list[str]:
    """The servers that do not answer, each a sentence."""
    found = [] if here.client.is_connected else ["NATS"]
    try:
        async with here.pool.connection(timeout=PATIENCE) as connection:
            await connection.execute("select 1")
    except psycopg.OperationalError:
        found.append("PostgreSQL")
    return [sentence("servers", "unreachable").filled({"server": server}).both for server in found]
