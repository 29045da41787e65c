"""Lists of cases and one case, as known now or as known then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from psycopg.rows import class_row

from services.intake.projections.open_cases import STATES_OF_OPEN
from services.intake.reads.finding import few_found, few_within, found_by, is_common, seen_in, told_in
from shared.projections.moments import AsOf
from shared.projections.paging import Page, Place, behind, cursor_of, place_of
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
    escalation_level: int
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


VIEWS = {
    "open": f"c.state in {STATES_OF_OPEN}",
    "callback": "c.state = 'ARCHIVED'",
    "closed": "c.state = 'CLOSED'",
    "ended": "c.state in ('CANCELLED', 'MERGED', 'TRANSFERRED')",
    "overdue": "c.next_due_at < %(now)s and c.state not in ('CLOSED', 'CANCELLED', 'MERGED', 'TRANSFERRED')",
    "mine": "(c.registered_by = %(user)s or c.acknowledged_by = %(user)s or c.technicians @> array[%(user)s::text])",
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
    c.registered_by, c.acknowledged_at, c.acknowledged_by, c.missing, c.flags, c.escalation_level, c.policy_version,
    c.warranty_verdict, c.charge, c.technicians, c.visit_at, c.verified_at, c.verified_mode, c.archive_no,
    c.next_clock, c.next_due_at, c.origin, c.updated_at"""
_NAMES = """
    left join read.customers as f on f.aggregate_id = c.customer_id
    left join read.moulds as m on m.aggregate_id = c.mould_id"""
_NOW = "read.open_cases as c"
_FEW = "(select * from read.open_cases where aggregate_id = any(%(found)s::text[]) offset 0) as c"
"""`offset 0`: else PostgreSQL may walk through all cases in the order of the list for a few."""
_AMONG_FEW = "c.aggregate_id = any(%(found)s::text[])"
_THEN = """(select * from read.case_history
    where sequence <= %(as_of)s::bigint and (to_sequence > %(as_of)s::bigint or to_sequence is null)) as c"""
_FIRST = 800
"""Cases of a list that are looked into for common words."""
_AHEAD = timedelta(days=1)
"""Nothing is received, and no clock of ours stands, so far ahead of what was recorded before."""
_POSITION_AT = """
with last as (
    select updated_at from read.case_history where updated_at <= %(instant)s order by updated_at desc limit 1)
select coalesce(max(sequence), 0) from read.case_history
where updated_at <= %(instant)s and updated_at >= (select updated_at - %(ahead)s::interval from last)"""
_INSTANT_AT = "select updated_at from read.case_history where sequence <= %(as_of)s order by sequence desc limit 1"


async def cases(connection: Connection, question: CaseQuestion) -> Page[CaseItem]:
    """One page. Raises: KeyError for a view or sort that does not exist; BadCursor."""
    name = question.sort.removeprefix("-")
    values, where = await _values(connection, question), [VIEWS[question.view]]
    if question.cursor is not None:
        place = place_of(question.cursor, question.sort)
        values |= {"value": place.value, "key": place.key}
    with behind(question.cursor):
        rows = await _rows(connection, question, values, name, where)
    items = [_item(row) for row in rows[: question.limit]]
    if len(rows) <= question.limit:
        return Page(items)
    return Page(items, cursor_of(Place(question.sort, rows[question.limit - 1]["place"], items[-1].case_id)))


async def _rows(
    connection: Connection, question: CaseQuestion, values: dict[str, Any], name: str, where: list[str]
) -> list[dict[str, Any]]:
    if question.as_of is None:
        return await _rows_now(connection, question, values, name, where)
    few = await few_within(connection, values, question.scope)
    values |= {"found": few}
    where.append(cases_within(question.scope, "c.aggregate_id") if few is None else _AMONG_FEW)
    return await _page(connection, question, values, _THEN, _places_then(question, name, where))


async def _rows_now(
    connection: Connection, question: CaseQuestion, values: dict[str, Any], name: str, where: list[str]
) -> list[dict[str, Any]]:
    """The rows of a page and one more. Common words fill a page with the first cases; what is rare has its index."""
    scope, texts, seeks = question.scope, question.texts, bool(question.q.strip())
    few = await few_within(connection, values, scope)
    if few is not None:
        where = [*where, seen_in(texts)] if seeks else where
        return await _page(
            connection, question, values | {"found": few}, _NOW, _places_now(question, name, where, _FEW)
        )
    where = [*where, cases_within(scope, "c.aggregate_id")]
    if not seeks:
        return await _page(connection, question, values, _NOW, _places_now(question, name, where))
    if texts != NOTHING and name != "customer" and await is_common(connection, values["sought"]):
        first = _places(question, _NOW, *SORTS[name], where, columns="c.*", limit=str(_FIRST))
        places = _places(question, f"({first}) as c", *SORTS[name], [seen_in(texts)])
        rows = await _page(connection, question, values, _NOW, places)
        if len(rows) > question.limit:
            return rows
    few = await few_found(connection, values, scope, texts)
    if few is not None:
        return await _page(
            connection, question, values | {"found": few}, _NOW, _places_now(question, name, where, _FEW)
        )
    return await _page(connection, question, values, _NOW, _places_now(question, name, [*where, found_by(texts)]))


async def _page(
    connection: Connection, question: CaseQuestion, values: dict[str, Any], source: str, places: str
) -> list[dict[str, Any]]:
    way = _way(question)
    text = f"""select {_COLUMNS}, k.place::text from ({places}) as k
        join {source} using (aggregate_id) {_NAMES}
        order by k.place {way}, c.aggregate_id {way} limit %(limit)s"""
    return await _fetch(connection, text, values)


def _way(question: CaseQuestion) -> str:
    return "desc" if question.sort.startswith("-") else "asc"


def _places_now(question: CaseQuestion, name: str, where: Sequence[str], source: str = _NOW) -> str:
    """The cases of a page and their places in it, found by indexes before anything else is looked up of them."""
    expression, kind = SORTS[name]
    if name != "customer":
        return _places(question, source, expression, kind, where)
    # Cases that say the customer's name themselves are in order already; those of the register's alone are few.
    own = _places(question, source, "c.customer_key", kind, [*where, "c.customer_key is not null"])
    registered = _places(question, f"{source} {_NAMES}", expression, kind, [*where, "c.customer_name is null"])
    return f"({own}) union all ({registered})"


def _places_then(question: CaseQuestion, name: str, where: Sequence[str]) -> str:
    """The same as it was known then. What came in later is passed over as far as the sort lets an index do it."""
    if question.q.strip():
        where = [*where, told_in(question.texts)]
    if name in ("received", "updated"):
        where = [*where, f"c.{name}_at <= %(latest)s"]
    return _places(question, f"{_THEN} {_NAMES}", *SORTS[name], where)


def _places(
    question: CaseQuestion,
    source: str,
    expression: str,
    kind: str,
    where: Sequence[str],
    *,
    columns: str = "c.aggregate_id",
    limit: str = "%(limit)s",
) -> str:
    way, beyond = _way(question), "<" if question.sort.startswith("-") else ">"
    if question.cursor is not None:
        where = [*where, f"({expression}, c.aggregate_id) {beyond} (%(value)s::{kind}, %(key)s)"]
    return f"""select {columns}, {expression} as place from {source} where {" and ".join(where)}
        order by {expression} {way}, c.aggregate_id {way} limit {limit}"""


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
    row = await (await connection.execute(_POSITION_AT, {"instant": as_of, "ahead": _AHEAD})).fetchone()
    return 0 if row is None else int(row[0])


async def _latest(connection: Connection, as_of: AsOf, position: int | None) -> datetime | None:
    """An instant after everything that was known then."""
    if as_of is None:
        return None
    row = await (await connection.execute(_INSTANT_AT, {"as_of": position})).fetchone()
    return None if row is None else row[0] + _AHEAD


async def _values(connection: Connection, question: CaseQuestion) -> dict[str, Any]:
    words, position = question.q.split(), await position_at(connection, question.as_of)
    return {
        "now": question.now,
        "user": question.user,
        **question.scope.values(),
        **question.texts.values("texts"),
        "limit": question.limit + 1,
        "as_of": position,
        "latest": await _latest(connection, question.as_of, position),
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
