"""Lists of cases and one case, as known now or as known then."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg.rows import class_row

from shared.projections.moments import AsOf
from shared.projections.paging import Page, Place, cursor_of, place_of
from shared.projections.scope import NOTHING, Scope, cases_within
from shared.projections.search_text import contains, normalised, sought
from shared.projections.statements import Connection


class Deadline(Struct, frozen=True):
    """The clock that runs out next."""

    clock: str
    due_at: datetime


class CaseItem(Struct, frozen=True):
    """A case as lists and its own page show it."""

    case_id: str
    state: str
    version: int
    sequence: int
    cycle: int
    case_kind: str
    urgency: str
    customer_id: str | None
    customer_name: str | None
    contact_id: str
    mould_id: str | None
    mould_no: str | None
    mould_name: str | None
    mould_kind: str | None
    order_no: str | None
    problem_type: str | None
    fault_code: str | None
    scope: str | None
    channel: str
    production_status: str | None
    received_at: datetime
    fault_at: datetime | None
    registered_by: str
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    missing: list[str]
    flags: list[str]
    policy_version: int
    warranty_verdict: str | None
    charge: str | None
    technicians: list[str]
    visit_at: datetime | None
    verified_at: datetime | None
    verified_mode: str | None
    archive_no: str | None
    next_deadline: Deadline | None
    origin: str
    updated_at: datetime


class CaseQuestion(Struct, frozen=True, kw_only=True):
    """What is asked of the list, by somebody who sees the cases of `scope`; `user` is who asks, for the view `mine`.

    `texts`: the cases whose opened texts he may read, so `q` searches them there; else a hit would tell what they say.
    """

    now: datetime
    scope: Scope
    texts: Scope = NOTHING
    view: str = "open"
    q: str = ""
    sort: str = "-received"
    cursor: str | None = None
    limit: int = 50
    user: str = ""
    as_of: AsOf = None


_OPEN = """('RECEIVED', 'TRIAGED', 'DIAGNOSING', 'REMOTE_RESOLVED', 'ONSITE_REQUESTED', 'ONSITE_APPROVED', 'PREPARED',
    'ON_SITE', 'PLAN_AGREED', 'WORK_DONE', 'VERIFIED', 'EVALUATED')"""
VIEWS = {
    "open": f"c.state in {_OPEN}",
    "callback": "c.state = 'ARCHIVED'",
    "closed": "c.state = 'CLOSED'",
    "ended": "c.state in ('CANCELLED', 'MERGED', 'TRANSFERRED')",
    "overdue": "c.next_due_at < %(now)s and c.state not in ('CLOSED', 'CANCELLED', 'MERGED', 'TRANSFERRED')",
    "mine": "(%(user)s in (c.registered_by, c.acknowledged_by) or %(user)s = any(c.technicians))",
    "all": "true",
}
SORTS = {
    "received": ("c.received_at", "timestamptz"),
    "updated": ("c.updated_at", "timestamptz"),
    "due": ("coalesce(c.next_due_at, 'infinity')", "timestamptz"),
    "urgency": ("array_position(array['URGENT', 'NORMAL', 'MINOR'], c.urgency)", "integer"),
    "customer": ("convert_to(coalesce(c.customer_name, f.customer_name, ''), 'GB18030')", "bytea"),
}
"""What a list may be sorted by, `-` in front for the other way round. Names sort by GB18030, as a reader looks."""

_COLUMNS = """
    c.aggregate_id as case_id, c.state, c.version, c.sequence, c.cycle, c.case_kind, c.urgency, c.customer_id,
    coalesce(c.customer_name, f.customer_name) as customer_name, c.contact_id, c.mould_id,
    coalesce(c.mould_no, m.mould_no) as mould_no, coalesce(c.mould_name, m.mould_name) as mould_name,
    coalesce(c.mould_kind, m.kind) as mould_kind, coalesce(c.order_no, m.order_no) as order_no,
    c.problem_type, c.fault_code, c.scope, c.channel, c.production_status, c.received_at, c.fault_at,
    c.registered_by, c.acknowledged_at, c.acknowledged_by, c.missing, c.flags, c.policy_version,
    c.warranty_verdict, c.charge, c.technicians, c.visit_at, c.verified_at, c.verified_mode, c.archive_no,
    c.next_clock, c.next_due_at, c.origin, c.updated_at"""
_NAMES = """
    left join read.customers as f on f.aggregate_id = c.customer_id
    left join read.moulds as m on m.aggregate_id = c.mould_id"""
_NOW = "read.open_cases as c"
_THEN = """(select * from read.case_history
    where sequence <= %(as_of)s::bigint and (to_sequence > %(as_of)s::bigint or to_sequence is null)) as c"""
_POSITION_AT = "select coalesce(max(sequence), 0) from read.case_history where updated_at <= %(instant)s"
_SHOWN = """c.aggregate_id = lower(%(exact)s) or coalesce(c.mould_no, m.mould_no) = %(exact)s
    or coalesce(c.order_no, m.order_no) = %(exact)s or c.fault_code = upper(%(exact)s)
    or lower(coalesce(c.customer_name, f.customer_name)) like %(like)s
    or lower(coalesce(c.mould_name, m.mould_name)) like %(like)s"""
"""What a list shows of a case to everybody who may see it: numbers, codes, names of companies and moulds."""
_TOLD = """c.aggregate_id in (
    select t.aggregate_id from read.case_text as t
    where t.words @@ %(sought)s::tsquery and t.body like all(%(terms)s::text[])
        and t.sequence <= coalesce(%(as_of)s, t.sequence))"""
"""What was said in a case, opened."""


async def cases(connection: Connection, question: CaseQuestion) -> Page[CaseItem]:
    """One page. Raises: KeyError for a view or sort that does not exist; BadCursor."""
    name = question.sort.removeprefix("-")
    expression, kind = SORTS[name]
    way, beyond = ("desc", "<") if question.sort.startswith("-") else ("asc", ">")
    values = await _values(connection, question)
    where = [VIEWS[question.view]]
    if not question.scope.is_all:
        where.append(cases_within(question.scope, "c.aggregate_id"))
    if question.q.strip():
        told = f" or ({_TOLD} and {cases_within(question.texts, 'c.aggregate_id', 'texts')})"
        where.append(f"({_SHOWN}{told if question.texts != NOTHING else ''})")
    if question.cursor is not None:
        place = place_of(question.cursor, question.sort)
        values |= {"value": place.value, "key": place.key}
        where.append(f"({expression}, c.aggregate_id) {beyond} (%(value)s::{kind}, %(key)s)")
    source = _NOW if question.as_of is None else _THEN
    text = f"""select {_COLUMNS}, ({expression})::text as place from {source} {_NAMES}
        where {" and ".join(where)} order by {expression} {way}, c.aggregate_id {way} limit %(limit)s"""
    rows = await _fetch(connection, text, values)
    items = [_item(row) for row in rows[: question.limit]]
    if len(rows) <= question.limit:
        return Page(items)
    return Page(items, cursor_of(Place(question.sort, rows[question.limit - 1]["place"], items[-1].case_id)))


async def case(connection: Connection, case_id: str, scope: Scope, as_of: AsOf = None) -> CaseItem | None:
    """One case, None when there is none in the scope or was none then."""
    values = {"case_id": case_id, "as_of": await position_at(connection, as_of), **scope.values()}
    source = _NOW if as_of is None else _THEN
    within = cases_within(scope, "c.aggregate_id")
    text = f"select {_COLUMNS} from {source} {_NAMES} where c.aggregate_id = %(case_id)s and {within}"
    rows = await _fetch(connection, text, values)
    return _item(rows[0]) if rows else None


async def position_at(connection: Connection, as_of: AsOf) -> int | None:
    """The position that an instant of recording stands for."""
    if not isinstance(as_of, datetime):
        return as_of
    row = await (await connection.execute(_POSITION_AT, {"instant": as_of})).fetchone()
    return 0 if row is None else int(row[0])


async def _values(connection: Connection, question: CaseQuestion) -> dict[str, Any]:
    words = question.q.split()
    return {
        "now": question.now,
        "user": question.user,
        **question.scope.values(),
        **question.texts.values("texts"),
        "limit": question.limit + 1,
        "as_of": await position_at(connection, question.as_of),
        "exact": question.q.strip(),
        "like": contains(question.q),
        "sought": sought(question.q) or "'\u00b7'",
        "terms": [contains(word) for word in words if normalised(word).strip()],
    }


async def _fetch(connection: Connection, text: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    async with connection.cursor(row_factory=class_row(dict)) as cursor:
        await cursor.execute(text.encode(), values)
        return await cursor.fetchall()


def _item(row: dict[str, Any]) -> CaseItem:
    shown = {name: value for name, value in row.items() if name not in ("next_clock", "next_due_at", "place")}
    clock, due_at = row["next_clock"], row["next_due_at"]
    return CaseItem(**shown, next_deadline=Deadline(clock, due_at) if clock is not None else None)
