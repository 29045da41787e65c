"""Lists and members of a register: a read model with one row per aggregate, shown as it stands."""

from collections.abc import Awaitable, Callable
from typing import Any

from psycopg import sql

from shared.projections.paging import Page, Place, cursor_of, place_of
from shared.projections.projection import Projection
from shared.projections.scope import EVERYTHING, Scope, customers_within, moulds_within
from shared.projections.statements import Connection, identifiers, read_table

_PAGE = """
select {columns} from {table} as r
where r.aggregate_id > %(key)s and {within}
order by r.aggregate_id limit %(limit)s"""
_MEMBER = "select {columns} from {table} as r where r.aggregate_id = %(id)s and {within} order by r.version"

ListRows = Callable[..., Awaitable[Page[Any]]]
FindRows = Callable[..., Awaitable[list[Any]]]
Within = Callable[[Scope], str]
"""The condition, on a row `r`, that a member is in a scope."""


def of_customers(scope: Scope) -> str:
    """Rows that are customers."""
    return customers_within(scope, "r.aggregate_id")


def of_moulds(scope: Scope) -> str:
    """Rows that are moulds."""
    return moulds_within(scope, "r.aggregate_id", "r.customer_id")


def of_improvements(scope: Scope) -> str:
    """Improvements: a department those that it is to make, others all."""
    return "true" if scope.dept is None or scope.is_all else "r.department = %(scope_dept)s"


def of_reports(scope: Scope) -> str:
    """Reports: a department those that are out, the one that reviews them all."""
    return "true" if scope.dept in (None, "QUALITY") or scope.is_all else "r.standing = 'ISSUED'"


def _whole(scope: Scope) -> str:
    return "true"


def lister(projection: Projection, within: Within = _whole) -> ListRows:
    """A function (connection, cursor, limit, scope) -> page; `within` where a scope shows a part only.

    It raises BadCursor.
    """

    async def rows(
        connection: Connection, cursor: str | None = None, limit: int = 50, scope: Scope = EVERYTHING
    ) -> Page[Any]:
        key = place_of(cursor, "id").key if cursor is not None else ""
        values = {"key": key, "limit": limit + 1, **scope.values()}
        text = _asked(_PAGE, projection, within(scope))
        found = [projection.row(*row) for row in await (await connection.execute(text, values)).fetchall()]
        if len(found) <= limit:
            return Page(found)
        last: Any = found[limit - 1]
        return Page(found[:limit], cursor_of(Place("id", "", last.aggregate_id)))

    return rows


def finder(projection: Projection, within: Within = _whole) -> FindRows:
    """A function (connection, id, scope) -> the rows of one member, oldest version first; empty for none in it."""

    async def rows(connection: Connection, id: str, scope: Scope = EVERYTHING) -> list[Any]:
        text, values = _asked(_MEMBER, projection, within(scope)), {"id": id, **scope.values()}
        return [projection.row(*row) for row in await (await connection.execute(text, values)).fetchall()]

    return rows


def _asked(template: str, projection: Projection, within: str) -> sql.Composed:
    return sql.SQL(template).format(
        columns=identifiers(projection.columns),
        table=read_table(projection.name),
        within=sql.SQL(within),
    )
