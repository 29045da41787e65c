"""Clocks that are overdue at an instant, as known now or as known then, and the clocks of one case."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, convert

from services.followup.projections.overdue_responses import pause_of
from shared.clocks.clock import Clock
from shared.clocks.reading import ClockItem, item_of
from shared.clocks.rules import Rulebook
from shared.events.vocabulary import ClockName
from shared.projections.moments import AsOf, known
from shared.projections.scope import Scope, cases_within
from shared.projections.statements import Connection

_OVERDUE = """
select o.aggregate_id, o.clock, o.part, o.urgency, o.customer_id, coalesce(c.customer_name, f.customer_name, ''),
    coalesce(c.mould_no, ''), o.started_at, o.due_at, o.policy_version, o.is_breached
from read.overdue_responses as o left join read.open_cases as c using (aggregate_id)
    left join read.customers as f on f.aggregate_id = o.customer_id
where {known} and o.stopped_at is null and o.due_at <= %(now)s
    and (o.paused_since is null or o.due_at <= o.paused_since - interval '1 second')
    and {within}
order by o.due_at, o.aggregate_id, o.clock, o.part limit %(limit)s"""
_CLOCKS = """
select {columns} from read.overdue_responses as o
where aggregate_id = %(case_id)s and {known} order by cycle, started_at, due_at, clock, part"""
_COLUMNS = (
    *("clock", "part", "cycle", "urgency", "base", "target_seconds", "started_at", "started_by", "due_at"),
    *("policy_version", "calendar_version", "stopped_at", "stopped_by", "stop_recorded_at", "is_withdrawn", "pauses"),
    *("paused_since", "is_provisional", "agreed_until", "cause", "is_breached"),
)


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


async def overdue(
    connection: Connection, now: datetime, scope: Scope, limit: int = 500, as_of: AsOf = None
) -> list[Overdue]:
    """Clocks of the scope's cases that nobody stopped by their due time, the oldest first."""
    values = {"now": now - timedelta(seconds=1), "limit": limit, "as_of": as_of, **scope.values()}
    text = _OVERDUE.format(known=known("o", as_of), within=cases_within(scope, "o.aggregate_id"))
    rows = await (await connection.execute(text.encode(), values)).fetchall()
    return [Overdue(case_id, ClockName(clock), *rest) for case_id, clock, *rest in rows]


async def clocks(
    connection: Connection, case_id: str, now: datetime, book: Rulebook, as_of: AsOf = None
) -> list[ClockItem]:
    """The clocks that have begun in a case, by cycle, the earliest first, and how they stand at `now`."""
    values = {"case_id": case_id, "as_of": as_of}
    text = _CLOCKS.format(columns=", ".join(_COLUMNS), known=known("o", as_of))
    rows = await (await connection.execute(text.encode(), values)).fetchall()
    return [_item(dict(zip(_COLUMNS, row, strict=True)), now, book) for row in rows]


def _item(row: dict[str, Any], now: datetime, book: Rulebook) -> ClockItem:
    is_breached, name = row.pop("is_breached"), row.pop("clock")
    pauses = tuple(pause_of(text) for text in row.pop("pauses"))
    clock: Clock = convert({**row, "name": name, "pauses": pauses}, Clock)
    rules = book.versions(clock.policy_version, clock.calendar_version)
    if rules is None:
        raise LookupError(f"policy {clock.policy_version} is not known")
    return item_of(clock, now, rules, is_breached=is_breached)
