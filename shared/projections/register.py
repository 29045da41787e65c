"""Lists and members of a register: a read model with one row per aggregate, shown as it stands."""

from collections.abc import Awaitable, Callable
from typing import Any

from psycopg import sql

from shared.projections.paging import Page, Place, cursor_of, place_of
from shared.projections.projection import Projection
from shared.projections.statements import Connection, identifiers, read_table

_PAGE = """
select {columns} from {table}
where aggregate_id > %(key)s and (%(customer_id)s::text is null or {owner} = %(customer_id)s)
order by aggregate_id limit %(limit)s"""
_MEMBER = "select {columns} from {table} where aggregate_id = %(id)s order by version"

ListRows = Callable[..., Awaitable[Page[Any]]]
FindRows = Callable[..., Awaitable[list[Any]]]


def lister(projection: Projection, owner: str = "aggregate_id") -> ListRows:
    """A function (connection, cursor, limit, customer_id) -> page; `owner` is the column of the company's id.

    It raises BadCursor.
    """
    text = sql.SQL(_PAGE).format(
        columns=identifiers(projection.columns), table=read_table(projection.name), owner=sql.Identifier(owner)
    )

    async def rows(
        connection: Connection, cursor: str | None = None, limit: int = 50, customer_id: str | None = None
    ) -> Page[Any]:
        key = place_of(cursor, "id").key if cursor is not None else ""
        values = {"key": key, "limit": limit + 1, "customer_id": customer_id}
        found = [projection.row(*row) for row in await (await connection.execute(text, values)).fetchall()]
        if len(found) <= limit:
            return Page(found)
        last: Any = found[limit - 1]
        return Page(found[:limit], cursor_of(Place("id", "", last.aggregate_id)))

    return rows


def finder(projection: Projection) -> FindRows:
    """A function (connection, id) -> the rows of one member, oldest version first; empty when there is none."""
    text = sql.SQL(_MEMBER).format(columns=identifiers(projection.columns), table=read_table(projection.name))

    async def rows(connection: Connection, id: str) -> list[Any]:
        return [projection.row(*row) for row in await (await connection.execute(text, {"id": id})).fetchall()]

    return rows
