"""The command by which a case learns what became of a message, and how one that came back is noted."""

from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from shared.mail import rows
from shared.reactors import outbox
from shared.reactors.policy import Consequence
from shared.runtime.clock import Clock

REACTOR = "send-mail"
"""The policy by which messages are asked for; whoever runs it sends them too."""
Pool = AsyncConnectionPool[psycopg.AsyncConnection[Any]]


def notice(row: rows.Row, state: rows.State, code: str, *, delivered: bool) -> Consequence:
    """What is to be recorded; address and text stay sealed in it."""
    asked = row.fields
    said = {name: asked[name] for name in ("via", "to", "text", "trigger")}
    return Consequence(
        key=f"told:{row.request_id}:{state}",
        essence=f"{row.causation_id}:{row.attempts}:{code}",
        service="followup",
        command="NotifyCustomer",
        aggregate_id=row.case_id,
        body={**said, "request_event_id": row.request_id, "delivered": delivered, "outcome": code},
    )


class Returned:
    """Knows which messages are ours, and notes those that came back."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def wrote_about(self, case_id: str) -> bool:
        """Whether we ever wrote about this case. Raises: psycopg.OperationalError, PoolTimeout."""
        async with self._pool.connection() as connection:
            return await rows.is_of(connection, case_id)

    async def note(self, mail_id: str, code: str) -> bool:
        """Whether it was one of ours and is news; the case is told. Raises: psycopg.OperationalError, PoolTimeout."""
        now = self._clock.now()
        async with self._pool.connection() as connection, connection.transaction():
            row = await rows.came_back(connection, mail_id, code, now)
            if row is not None:
                wanted = notice(row, "returned", code, delivered=False)
                await outbox.follow(connection, REACTOR, row.cause(now), wanted)
        return row is not None
