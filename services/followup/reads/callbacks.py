"""Call-backs that are still to be made, in the order in which they are due."""

from datetime import datetime

from msgspec import Struct

from shared.clocks.callbacks import ATTEMPTS
from shared.projections.paging import Page, Place, behind, cursor_of, place_of
from shared.projections.scope import Scope, cases_within
from shared.projections.statements import Connection

SORT = "due"
_OPEN = """
select b.aggregate_id, c.state, c.urgency, coalesce(c.customer_name, f.customer_name), coalesce(c.mould_no, m.mould_no),
    c.verified_at, b.cycle, b.point, b.due_at, b.window_from, b.window_to, b.attempts, b.last_attempt_at, b.last_method,
    b.due_at::text, b.aggregate_id || ':' || b.place
from read.callbacks as b join read.open_cases as c using (aggregate_id)
    left join read.customers as f on f.aggregate_id = c.customer_id
    left join read.moulds as m on m.aggregate_id = c.mould_id
where b.is_open and (%(until)s::timestamptz is null or b.window_from <= %(until)s) and {within} and {behind}
order by b.due_at, b.aggregate_id || ':' || b.place limit %(limit)s"""
_BEHIND = "(b.due_at, b.aggregate_id || ':' || b.place) > (%(value)s::timestamptz, %(key)s)"


class CallbackItem(Struct, frozen=True):
    """A call-back to be made: when it is due, the window around it, and how often the customer was tried in vain."""

    case_id: str
    state: str
    urgency: str
    customer_name: str | None
    mould_no: str | None
    verified_at: datetime | None
    cycle: int
    point: str
    due_at: datetime
    window_from: datetime
    window_to: datetime
    attempts: int
    last_attempt_at: datetime | None
    last_method: str | None

    @property
    def may_be_given_up(self) -> bool:
        """Whether the customer was tried so often that somebody may look at giving up."""
        return self.attempts >= ATTEMPTS


async def callbacks(
    connection: Connection, scope: Scope, until: datetime | None = None, cursor: str | None = None, limit: int = 50
) -> Page[CallbackItem]:
    """One page; `until`: only those whose window has opened by then. Raises: BadCursor."""
    values = {"until": until, "limit": limit + 1, **scope.values()}
    if cursor is not None:
        place = place_of(cursor, SORT)
        values |= {"value": place.value, "key": place.key}
    text = _OPEN.format(within=cases_within(scope, "b.aggregate_id"), behind=_BEHIND if cursor is not None else "true")
    with behind(cursor):
        rows = await (await connection.execute(text.encode(), values)).fetchall()
    items = [CallbackItem(*row[:-2]) for row in rows[:limit]]
    if len(rows) <= limit:
        return Page(items)
    return Page(items, cursor_of(Place(SORT, *rows[limit - 1][-2:])))
