"""Sends the mail that waits: looks into the case first, then notes the beginning, then the end.

A crash between beginning and end leaves a message in doubt to a person, and makes no second one.
"""

import asyncio
from datetime import timedelta

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from shared.case.state import Case
from shared.events.envelope import subject_of
from shared.mail import rows
from shared.mail.handing_over import End, HandedOver, hand_over
from shared.mail.notice import REACTOR, notice
from shared.mail.relay import Relay
from shared.mail.writing import Unsendable, Writer
from shared.reactors import outbox
from shared.runtime import measures
from shared.runtime.clock import Clock
from shared.store import concern
from shared.store.cache import Aggregates
from shared.store.port import StoreUnavailable

_log = structlog.get_logger(__name__)
TOO_OLD = timedelta(days=3)
"""A message that could not be sent for so long is not news any more: a person decides."""
A_DAY = timedelta(days=1)
MOST_A_DAY = 60
"""So many messages that no person asked for reach one contact in a day: whatever writes to itself ends here."""


class MailSender:
    """Works off the mail of a deployment; one at a time in all processes, under the lock of the tick."""

    def __init__(
        self, pool: AsyncConnectionPool, aggregates: Aggregates, relay: Relay, writer: Writer, clock: Clock
    ) -> None:
        self._pool = pool
        self._aggregates = aggregates
        self._relay = relay
        self._writer = writer
        self._clock = clock

    async def send_due(self) -> int:
        """Send what is due now; how many were tried."""
        now = self._clock.now()
        async with self._pool.connection() as connection:
            lost = await rows.lose(connection, now)
            waiting = await rows.due(connection, now)
        if lost:
            _log.error("mail in doubt", messages=lost)
        for row in waiting:
            await self._whole(row)
        return len(waiting)

    async def _whole(self, row: rows.Row) -> None:
        """One message to its end: what was cut off in the middle would be in doubt."""
        one = asyncio.create_task(self._guarded(row))
        try:
            await asyncio.shield(one)
        except asyncio.CancelledError:
            await one
            raise

    async def _guarded(self, row: rows.Row) -> None:
        try:
            await self._send(row)
        except (psycopg.Error, PoolTimeout, StoreUnavailable):
            raise
        except Exception as error:
            # The outermost loop of one message: a defect costs it a while, never the others their turn.
            _log.error("mail defect", error=type(error).__name__, exc_info=error, case_id=row.case_id)
            async with self._pool.connection() as connection:
                await rows.later(connection, row, "DEFECT", self._clock.now())

    async def _send(self, row: rows.Row) -> None:
        if await self._is_answered(row):
            await self._settle(row, "answered", None)
        elif self._clock.now() - row.asked_at > TOO_OLD:
            await self._settle(row, "expired", None)
        elif row.is_automatic and await self._has_had_enough(row):
            await self._record(row, "refused", "TOO_MANY", delivered=False)
        else:
            await self._end(row, await self._handed_over(row))

    async def _is_answered(self, row: rows.Row) -> bool:
        """Whether the case says already what became of it; the log wins over every table."""
        state = (await self._aggregates.refresh(subject_of("case", row.case_id))).state
        asked = state.followup.messages if isinstance(state, Case) else ()
        return any(one.request_id == row.request_id and one.sent_at is not None for one in asked)

    async def _has_had_enough(self, row: rows.Row) -> bool:
        async with self._pool.connection() as connection:
            return await rows.sent_since(connection, row.contact_id, self._clock.now() - A_DAY) >= MOST_A_DAY

    async def _handed_over(self, row: rows.Row) -> HandedOver:
        async def begins() -> bool:
            async with self._pool.connection() as connection:
                return await rows.begin(connection, row)

        try:
            to, message = await self._writer.write(row)
        except Unsendable as reason:
            return HandedOver(End.REFUSED, reason.code)
        except (StoreUnavailable, ConnectionError) as away:
            return HandedOver(End.LATER, type(away).__name__.upper())
        return await hand_over(self._relay, message, to, begins)

    async def _end(self, row: rows.Row, came_to: HandedOver) -> None:
        match came_to.end:
            case End.TAKEN:
                await self._record(row, "sent", came_to.code, delivered=True)
            case End.REFUSED:
                await self._record(row, "refused", came_to.code, delivered=False)
            case End.UNKNOWN:
                await self._settle(row, "in_doubt", came_to.code)
            case End.LATER:
                async with self._pool.connection() as connection:
                    await rows.later(connection, row, came_to.code, self._clock.now(), refused=True)
                _tell(row, "waiting", came_to.code)

    async def _settle(self, row: rows.Row, state: rows.State, code: str | None) -> None:
        async with self._pool.connection() as connection:
            await rows.settle(connection, row, state, code, self._clock.now())
        _tell(row, state, code)

    async def _record(self, row: rows.Row, state: rows.State, code: str, *, delivered: bool) -> None:
        """How it ended, and the command that tells the case so: in one transaction."""
        now = self._clock.now()
        async with self._pool.connection() as connection, connection.transaction():
            await rows.settle(connection, row, state, code, now)
            wanted = notice(row, state, code, delivered=delivered)
            await outbox.follow(connection, REACTOR, row.cause(now), wanted)
        _tell(row, state, code)


def _tell(row: rows.Row, state: str, code: str | None) -> None:
    """What became of a message; nothing of it."""
    measures.MAIL.labels(state).inc()
    level = _log.error if state in rows.TASKS else _log.info
    trace = concern.trace(row.traceparent)
    level("mail settled", state=state, code=code, attempts=row.attempts + 1, case_id=row.case_id, **trace)
