"""First responses that are overdue at an instant, and the clocks of one case."""

from datetime import datetime

from msgspec import Struct

from shared.clocks.clock import Clock, Status
from shared.events.vocabulary import ClockName
from shared.projections.statements import Connection

_OVERDUE = """
select o.aggregate_id, o.urgency, o.customer_id, coalesce(c.customer_name, ''), c.mould_no, o.started_at, o.due_at,
    o.policy_version, o.breached_at
from read.overdue_responses as o left join read.open_cases as c using (aggregate_id)
where o.acknowledged_at is null and o.due_at < %(now)s
    and (%(customer_id)s::text is null or o.customer_id = %(customer_id)s)
order by o.due_at, o.aggregate_id limit %(limit)s"""
_CLOCK = """
select started_at, due_at, policy_version, acknowledged_at from read.overdue_responses
where aggregate_id = %(case_id)s and due_at is not null"""


class Overdue(Struct, frozen=True):
    """A case whose first response is overdue; `breached_at` once that was recorded."""

    case_id: str
    urgency: str
    customer_id: str | None
    customer_name: str
    mould_no: str | None
    started_at: datetime
    due_at: datetime
    policy_version: int
    breached_at: datetime | None


class ClockItem(Struct, frozen=True):
    """One clock of a case at an instant."""

    clock: ClockName
    started_at: datetime
    due_at: datetime
    policy_version: int
    stopped_at: datetime | None
    status: Status


async def overdue(
    connection: Connection, now: datetime, customer_id: str | None = None, limit: int = 500
) -> list[Overdue]:
    """Cases that nobody has answered by their due time, the oldest first."""
    values = {"now": now, "customer_id": customer_id, "limit": limit}
    return [Overdue(*row) for row in await (await connection.execute(_OVERDUE, values)).fetchall()]


async def clocks(connection: Connection, case_id: str, now: datetime) -> list[ClockItem]:
    """The clocks that have begun in a case and how they stand at `now`."""
    rows = await (await connection.execute(_CLOCK, {"case_id": case_id})).fetchall()
    begun = [Clock(ClockName.FIRST_RESPONSE, *row) for row in rows]
    return [
        ClockItem(one.name, one.started_at, one.due_at, one.policy_version, one.stopped_at, one.status(now))
        for one in begun
    ]
