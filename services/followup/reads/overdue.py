"""Clocks that are overdue at an instant, as known now or as known then, and the clocks of one case."""

from datetime import datetime

from msgspec import Struct

from shared.clocks.clock import Clock, Status
from shared.events.vocabulary import ClockName
from shared.projections.moments import AsOf, known
from shared.projections.scope import Scope, cases_within
from shared.projections.statements import Connection

_OVERDUE = """
select o.aggregate_id, o.clock, o.part, o.urgency, o.customer_id, coalesce(c.customer_name, f.customer_name, ''),
    coalesce(c.mould_no, ''), o.started_at, o.due_at, o.policy_version, o.is_breached
from read.overdue_responses as o left join read.open_cases as c using (aggregate_id)
    left join read.customers as f on f.aggregate_id = o.customer_id
where {known} and o.stopped_at is null and o.due_at < %(now)s
    and {within}
order by o.due_at, o.aggregate_id, o.clock, o.part limit %(limit)s"""
_CLOCKS = """
select clock, started_at, due_at, policy_version, stopped_at, part, is_breached from read.overdue_responses as o
where aggregate_id = %(case_id)s and {known} order by started_at, due_at, clock, part"""


class Overdue(Struct, frozen=True):
    """A clock that runs past its due time; `is_breached` once that was recorded."""

    case_id: str
    clock: ClockName
    part: str
    urgency: str
    customer_id: str | None
    customer_name: str
    mould_no: str
    started_at: datetime
    due_at: datetime
    policy_version: int
    is_breached: bool


class ClockItem(Struct, frozen=True):
    """One clock of a case at an instant."""

    clock: ClockName
    part: str
    started_at: datetime
    due_at: datetime
    policy_version: int
    stopped_at: datetime | None
    status: Status
    is_breached: bool


async def overdue(
    connection: Connection, now: datetime, scope: Scope, limit: int = 500, as_of: AsOf = None
) -> list[Overdue]:
    """Clocks of the scope's cases that nobody stopped by their due time, the oldest first."""
    values = {"now": now, "limit": limit, "as_of": as_of, **scope.values()}
    text = _OVERDUE.format(known=known("o", as_of), within=cases_within(scope, "o.aggregate_id"))
    rows = await (await connection.execute(text.encode(), values)).fetchall()
    return [Overdue(case_id, ClockName(clock), *rest) for case_id, clock, *rest in rows]


async def clocks(connection: Connection, case_id: str, now: datetime, as_of: AsOf = None) -> list[ClockItem]:
    """The clocks that have begun in a case and how they stand at `now`."""
    values = {"case_id": case_id, "as_of": as_of}
    rows = await (await connection.execute(_CLOCKS.format(known=known("o", as_of)).encode(), values)).fetchall()
    return [_item(now, *row) for row in rows]


def _item(
    now: datetime,
    name: str,
    started_at: datetime,
    due_at: datetime,
    policy_version: int,
    stopped_at: datetime | None,
    part: str,
    is_breached: bool,
) -> ClockItem:
    clock = Clock(ClockName(name), started_at, due_at, policy_version, stopped_at, part)
    return ClockItem(clock.name, part, started_at, due_at, policy_version, stopped_at, clock.status(now), is_breached)
