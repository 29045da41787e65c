"""Cases that were raised and wait for somebody who was told."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.projections.paging import Page, Place, behind, cursor_of, place_of
from shared.projections.scope import Scope, cases_within
from shared.projections.statements import Connection

_OPEN = """
select e.aggregate_id, c.urgency, coalesce(c.customer_name, f.customer_name), coalesce(c.mould_no, m.mould_no), e.cycle,
    e.clock, e.part, e.level, e.trigger, e.told, e.raised_at, e.level || ' ' || e.raised_at::text,
    e.aggregate_id || ':' || e.place
from read.escalations as e join read.open_cases as c using (aggregate_id)
    left join read.customers as f on f.aggregate_id = c.customer_id
    left join read.moulds as m on m.aggregate_id = c.mould_id
where e.is_open and {told} and {within} and {behind}
order by e.level desc, e.raised_at, e.aggregate_id || ':' || e.place limit %(limit)s"""
_BEHIND = """(-e.level, e.raised_at, e.aggregate_id || ':' || e.place)
    > (-split_part(%(value)s, ' ', 1)::integer, substr(%(value)s, strpos(%(value)s, ' ') + 1)::timestamptz, %(key)s)"""
SORT = "level"


class EscalationItem(Struct, frozen=True):
    """A level that waits: of which clock, why, and who was told."""

    case_id: str
    urgency: str
    customer_name: str | None
    mould_no: str | None
    cycle: int
    clock: str
    part: str
    level: int
    trigger: str
    to: list[str]
    raised_at: datetime


async def escalations(
    connection: Connection, scope: Scope, told: Sequence[str] | None, cursor: str | None = None, limit: int = 500
) -> Page[EscalationItem]:
    """A page of what waits in the scope's cases, the highest level first, then what waits longest; `told`: only what
    was told to one of these names, None for everything. Raises: BadCursor."""
    condition = "true" if told is None else "e.told && %(told)s::text[]"
    values: dict[str, object] = {"told": list(told or ()), "limit": limit + 1, **scope.values()}
    if cursor is not None:
        place = place_of(cursor, SORT)
        values |= {"value": place.value, "key": place.key}
    further = _BEHIND if cursor is not None else "true"
    text = _OPEN.format(told=condition, within=cases_within(scope, "e.aggregate_id"), behind=further)
    with behind(cursor):
        rows = await (await connection.execute(text.encode(), values)).fetchall()
    items = [EscalationItem(*row[:-2]) for row in rows[:limit]]
    if len(rows) <= limit:
        return Page(items)
    return Page(items, cursor_of(Place(SORT, *rows[limit - 1][-2:])))
