"""Sends what the outbox holds when its time has come. A verdict says what becomes of a row: done, again later,
refused by the rules (the intention fell away), or parked for a person."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import structlog
from msgspec import Struct
from psycopg_pool import AsyncConnectionPool

from shared.reactors import outbox
from shared.runtime import measures
from shared.runtime.clock import Clock
from shared.runtime.identity import ActorSigner
from shared.store import concern
from shared.store.commands import Door, Outgoing
from shared.store.request import Answer

_log = structlog.get_logger(__name__)
PATIENCE = 8
"""Tries before a row is parked."""
SIDE_BY_SIDE = 16
"""Aggregates that are sent to at once: their events share one flush of the disk."""

PASSING = (401, 503)
"""Answers that another try may not get: a token that grew old on its way is signed anew, who is away comes back."""


class Outcome(StrEnum):
    """What becomes of a row of the outbox."""

    SENT = "sent"
    PENDING = "pending"
    REFUSED = "refused"
    PARKED = "parked"


class Verdict(Struct, frozen=True):
    """An outcome, why, and when to try again."""

    outcome: Outcome
    error: str | None = None
    not_before: datetime | None = None


def judge(answer: Answer, attempts: int, now: datetime) -> Verdict:
    """What an answer means for a row that was tried `attempts` times before."""
    if answer.is_accepted:
        return Verdict(Outcome.SENT)
    code = str(answer.body.get("code", ""))
    if answer.status == 409:
        return Verdict(Outcome.REFUSED, code)
    if answer.status in PASSING and attempts + 1 < PATIENCE:
        return Verdict(Outcome.PENDING, code, now + timedelta(seconds=2**attempts))
    return Verdict(Outcome.PARKED, code)


class Opener(Protocol):
    """Opens what stands sealed in a body, right before it is sent."""

    async def open_body(self, body: bytes) -> bytes:
        """The body with its sealed texts opened."""
        ...


class Sender:
    """Works off what these reactors left in the outbox, as our own machinery (SYSTEM).

    Different aggregates are sent to side by side, one aggregate in order. Personal texts stand sealed until then.
    """

    def __init__(
        self,
        reactors: Sequence[str],
        pool: AsyncConnectionPool,
        client: Door,
        signer: ActorSigner,
        clock: Clock,
        opener: Opener,
    ) -> None:
        self._reactors = reactors
        self._opener = opener
        self._pool = pool
        self._client = client
        self._signer = signer
        self._clock = clock

    async def send_due(self) -> int:
        """Send what is due now; how many rows were tried."""
        now = self._clock.now()
        async with self._pool.connection() as connection:
            rows = await outbox.due(connection, self._reactors, now)
        queues = by_aggregate(rows)
        waiting = iter(queues)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(SIDE_BY_SIDE, len(queues))):
                tasks.create_task(self._work_off(waiting))
        return len(rows)

    async def _work_off(self, queues: Iterator[list[outbox.Row]]) -> None:
        """Take one aggregate after another, until none is left for anybody."""
        for rows in queues:
            for row in rows:
                await self._send(row)

    async def _send(self, row: outbox.Row) -> None:
        answer = await self._client.ask(self._outgoing(row), await self._opener.open_body(row.body.encode()))
        verdict = judge(answer, row.attempts, self._clock.now())
        async with self._pool.connection() as connection:
            await outbox.settle(connection, row, verdict.outcome, verdict.error, verdict.not_before)
        _tell(row, verdict)

    def _outgoing(self, row: outbox.Row) -> Outgoing:
        return Outgoing(
            service=row.service,
            command=row.command,
            aggregate_id=row.aggregate_id,
            command_id=row.command_id,
            token=self._signer.sign("system", self._clock.now(), system=True),
            causation_id=row.causation_id,
            correlation_id=row.correlation_id,
            traceparent=row.traceparent,
        )


def by_aggregate(rows: Sequence[outbox.Row]) -> list[list[outbox.Row]]:
    """The rows of each aggregate in their order, the aggregate that waits longest first."""
    found: dict[str, list[outbox.Row]] = {}
    for row in rows:
        found.setdefault(row.aggregate_id, []).append(row)
    return list(found.values())


def _tell(row: outbox.Row, verdict: Verdict) -> None:
    """What became of a reactor's command; a parked one waits for a person."""
    measures.REACTIONS.labels(verdict.outcome).inc()
    level = _log.error if verdict.outcome is Outcome.PARKED else _log.info
    level(
        "consequence settled",
        outcome=verdict.outcome,
        code=verdict.error,
        attempts=row.attempts + 1,
        command=row.command,
        command_id=row.command_id,
        aggregate_id=row.aggregate_id,
        **concern.trace(row.traceparent),
    )
