"""When the calendar confirms days that were provisional, each open case that rests on such days is measured anew.

Nothing is computed again by itself: every case gets an event that says so, from our own machinery, once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool

from shared.clocks.policy import CALENDAR
from shared.projections.statements import Connection
from shared.reactors.leader import Leader
from shared.reactors.policy import Consequence
from shared.runtime.clock import Clock
from shared.runtime.identity import ActorSigner
from shared.runtime.settings import Access
from shared.store.commands import Outgoing
from shared.texts.catalogue import catalogue

if TYPE_CHECKING:
    # Short commands read the stage too; figures are loaded by those who send.
    from shared.reactors.sender import Door

SECONDS = 60.0
"""Between two looks."""
AT_ONCE = 500
_NEWEST = """
select number from read.policies where aggregate_id = %(calendar)s and effective_from <= %(now)s
order by number desc limit 1"""
_PROVISIONAL = """
select o.aggregate_id, c.cycle, c.policy_version from read.overdue_responses as o
    join read.open_cases as c using (aggregate_id)
where o.to_sequence is null and o.stopped_at is null and o.is_provisional and o.due_at >= %(now)s
    and o.cycle = c.cycle and o.calendar_version <> %(version)s
    and c.state not in ('ARCHIVED', 'CLOSED', 'CANCELLED', 'MERGED', 'TRANSFERRED')
group by o.aggregate_id, c.cycle, c.policy_version order by o.aggregate_id limit %(limit)s"""
_log = structlog.get_logger(__name__)


class Means(Protocol):
    """What a process has that acts as a service."""

    @property
    def pool(self) -> AsyncConnectionPool[psycopg.AsyncConnection[Any]]: ...
    @property
    def commands(self) -> "Door": ...
    @property
    def signer(self) -> ActorSigner: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def access(self) -> Access: ...


async def rebasings(connection: Connection, now: datetime) -> list[Consequence]:
    """The commands by which open cases take the calendar in force, where they rest on days nobody had confirmed."""
    row = await (await connection.execute(_NEWEST.encode(), {"calendar": CALENDAR, "now": now})).fetchone()
    if row is None:
        return []
    version = str(row[0])
    values = {"now": now, "version": version, "limit": AT_ONCE}
    found = await (await connection.execute(_PROVISIONAL.encode(), values)).fetchall()
    reason = catalogue("reactions")["days_confirmed"].filled({"version": version}).both
    return [
        Consequence(
            key=f"rebase:{case_id}:{cycle}:{version}",
            essence=str(policy),
            service="followup",
            command="RebasePolicy",
            aggregate_id=case_id,
            body={"policy_version": policy, "calendar_version": version, "reason": reason},
        )
        for case_id, cycle, policy in found
    ]


@asynccontextmanager
async def rebasing(here: Means) -> AsyncIterator[None]:
    """While this is open, one of all processes looks whether the calendar has moved on."""
    leader = Leader(here.access.postgres, "rebasing")
    task = asyncio.create_task(_look(here, leader), name="rebasing")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        await leader.resign()


async def _look(here: Means, leader: Leader) -> None:
    while True:
        try:
            if await leader.leads():
                await rebase(here)
        except (psycopg.Error, TimeoutError) as error:
            _log.warning("no look at the calendar, the next one tries again", error=type(error).__name__)
        await asyncio.sleep(SECONDS)


async def rebase(here: Means) -> int:
    """Send what is wanted now; how many cases. A case that refuses is asked again at the next look."""
    async with here.pool.connection() as connection:
        wanted = await rebasings(connection, here.clock.now())
    for one in wanted:
        outgoing = Outgoing(
            service=one.service,
            command=one.command,
            aggregate_id=one.aggregate_id,
            command_id=one.command_id,
            token=here.signer.sign("system", here.clock.now(), system=True),
        )
        answer = await here.commands.ask(outgoing, msgspec.json.encode(one.body))
        if not answer.is_accepted:
            _log.warning("a case was not rebased", aggregate_id=one.aggregate_id, status=answer.status)
    return len(wanted)
