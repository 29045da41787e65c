"""How a search finds cases: by what their lists show to everybody, and by what was said in them, opened."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.projections.scope import NOTHING, Scope, all_within, cases_within
from shared.projections.statements import Connection

SHOWN = """c.aggregate_id = lower(%(exact)s) or coalesce(c.mould_no, m.mould_no) = %(exact)s
    or coalesce(c.order_no, m.order_no) = %(exact)s or c.fault_code = upper(%(exact)s)
    or lower(coalesce(c.customer_name, f.customer_name)) like %(like)s
    or lower(coalesce(c.mould_name, m.mould_name)) like %(like)s"""
"""What a list shows of a case to everybody who may see it: numbers, codes, names of companies and moulds."""
COUNTS = """not exists (
            select 1 from read.case_text as later
            where later.aggregate_id = t.aggregate_id and later.revises = coalesce(t.revises, t.version)
                and later.sequence > t.sequence"""
"""Corrected words stand in the place of those that were wrong."""
_TOLD = f"""c.aggregate_id in (
    select t.aggregate_id from read.case_text as t
    where t.words @@ %(sought)s::tsquery and t.body like all(%(terms)s::text[])
        and t.sequence <= coalesce(%(as_of)s, t.sequence)
        and {COUNTS} and later.sequence <= coalesce(%(as_of)s, later.sequence)))"""
"""What was said in a case, opened."""
_NAMED = """
    select c.aggregate_id from read.open_cases as c where c.{column} in (
        with recursive each as (
            (select {column} as name from read.open_cases where {column} is not null order by {column} limit 1)
            union all
            select (select {column} from read.open_cases where {column} > each.name order by {column} limit 1)
            from each where each.name is not null)
        select name from each where lower(name) like %(like)s)"""
"""Each name is looked at once, however many cases bear it."""
_OWN = """
    select aggregate_id from read.open_cases where aggregate_id = lower(%(exact)s)
    union select aggregate_id from read.open_cases where mould_no = %(exact)s
    union select aggregate_id from read.open_cases where order_no = %(exact)s
    union select aggregate_id from read.open_cases where fault_code = upper(%(exact)s)"""
_REGISTERED = """
    select c.aggregate_id from read.open_cases as c join read.moulds as m on m.aggregate_id = c.mould_id
    where (m.mould_no = %(exact)s or m.order_no = %(exact)s or lower(m.mould_name) like %(like)s)
        and (c.mould_no is null and m.mould_no = %(exact)s or c.order_no is null and m.order_no = %(exact)s
            or c.mould_name is null and lower(m.mould_name) like %(like)s)
    union select c.aggregate_id from read.open_cases as c join read.customers as f on f.aggregate_id = c.customer_id
    where c.customer_name is null and lower(f.customer_name) like %(like)s"""
"""What a case does not say itself, the registers of moulds and customers say of it."""
_SHOWN_NOW = (_OWN, _NAMED.format(column="customer_name"), _NAMED.format(column="mould_name"), _REGISTERED)
_SAID = f"""
    select t.aggregate_id from read.case_text as t
    where t.words @@ %(sought)s::tsquery and t.body like all(%(terms)s::text[]) and {COUNTS})"""


_SAID_HERE = f"""
    select from read.case_text as t where t.aggregate_id = c.aggregate_id
        and coalesce(t.words, '') @@ %(sought)s::tsquery and t.body like all(%(terms)s::text[])
        and {COUNTS}) offset 0"""
"""`offset 0` and `coalesce`: else PostgreSQL would look for the words in all cases after all."""
_EXPECTED = "explain (format json) select from read.case_text as t where t.words @@ %(sought)s::tsquery"
FEW = 2_000
COMMON = 4_000
"""So many texts with each of these words: the first cases of a list probably hold a page of them."""


async def is_common(connection: Connection, sought: str) -> bool:
    """Whether PostgreSQL expects many texts with the rarest of these words; nothing is read."""
    for word in sought.split(" & "):
        row = await (await connection.execute(_EXPECTED, {"sought": word})).fetchone()
        if row is None or row[0][0]["Plan"]["Plan Rows"] < COMMON:
            return False
    return True


def told_in(texts: Scope) -> str:
    """The condition for what a search finds as it was known then, among what somebody may read opened."""
    return f"({SHOWN}{'' if texts == NOTHING else f' or {_TOLD} and {_read(texts, "c")}'})"


def found_by(texts: Scope) -> str:
    """The condition for what a search finds now: the same, each way by its own index."""
    return f"c.aggregate_id in ({' union '.join(_ways(texts))})"


async def few_found(connection: Connection, values: Mapping[str, Any], scope: Scope, texts: Scope) -> list[str] | None:
    """The ids of all cases of a scope that a search finds now, None when they are more than a few."""
    within = cases_within(scope, "found.aggregate_id")
    return await _few(connection, values, f"({' union all '.join(_ways(texts))}) as found where {within}")


async def few_within(connection: Connection, values: Mapping[str, Any], scope: Scope) -> list[str] | None:
    """The ids of all cases of a scope, None when they are more than a few."""
    if scope.is_all:
        return None
    return await _few(connection, values, f"({all_within(scope)}) as found (aggregate_id)")


async def _few(connection: Connection, values: Mapping[str, Any], source: str) -> list[str] | None:
    text = f"select aggregate_id from {source} limit {FEW + 1}"
    rows = await (await connection.execute(text.encode(), values)).fetchall()
    return list({aggregate_id for (aggregate_id,) in rows}) if len(rows) <= FEW else None


def seen_in(texts: Scope) -> str:
    """The same, looking into one case after the other."""
    said = "" if texts == NOTHING else f"exists ({_SAID_HERE}) and {_read(texts, 'c')} or "
    return f"({said}c.aggregate_id in ({' union '.join(_SHOWN_NOW)}))"


def _ways(texts: Scope) -> Sequence[str]:
    return _SHOWN_NOW if texts == NOTHING else (*_SHOWN_NOW, f"{_SAID} and {_read(texts, 't')}")


def _read(texts: Scope, source: str) -> str:
    """That somebody may read the texts of a case."""
    return cases_within(texts, f"{source}.aggregate_id", "texts")
