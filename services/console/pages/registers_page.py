"""The registers as lists, with the way to register, to look at one and to begin a case."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.api_cases import bad_cursor
from services.console.collections import BY_NAME, Collection
from services.console.front import visitor_of
from services.console.pages.forms.pages import has_form
from services.console.pages.language import Words, language_of
from services.console.pages.page import page
from services.console.pages.record_rows import HEADS, head_of, told_cells
from services.console.queries import Query
from services.console.reading import SCOPES, Reading
from services.console.routes import RouteTable
from services.console.scopes import needs, scope_of
from services.console.sessions import Visitor
from shared.case.lifecycle import rows
from shared.events.vocabulary import Role
from shared.masters.permissions import permitted
from shared.projections.paging import BadCursor

_SHOWN = 100
_REGISTRARS = tuple(permitted("CustomerRevised") - {Role.SYSTEM})


def register_pages(reading: Reading, table: RouteTable) -> Sequence[HTTPRouteHandler]:
    """The handlers of the registers' pages."""
    known = [_page(reading, BY_NAME[name]) for name in ("customers", "moulds")]
    return (*known, *(_records(reading, table, BY_NAME[name]) for name in HEADS))


def _page(reading: Reading, collection: Collection) -> HTTPRouteHandler:
    @get(f"/{collection.name}", name=f"page-{collection.name}")
    async def register(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor = visitor_of(request)
        async with reading.at(("moulds", *SCOPES), _after(request)) as (connection, standing):
            found = await _listed(reading, connection, visitor, collection, request)
            owners = await _owners(reading, connection, found.items) if collection.name == "moulds" else {}
        return page(
            request,
            f"{collection.name}.html",
            rows=found.items,
            next=found.next,
            owners=owners,
            may_register=visitor.has(*_REGISTRARS),
            may_report=visitor.has(*rows("FeedbackReceived")[0].roles),
            sequence=standing.sequence,
        )

    return register


def _records(reading: Reading, table: RouteTable, collection: Collection) -> HTTPRouteHandler:
    @get(f"/{collection.name}", name=f"page-{collection.name}")
    async def records(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, words = visitor_of(request), Words(language_of(request))
        async with reading.at((collection.name, "record_text", *SCOPES), _after(request)) as (connection, standing):
            found = await _listed(reading, connection, visitor, collection, request)
            about: dict[str, str] = {}
            if collection.kind == "improvement":
                about = await reading.read("findings")(connection, [row.aggregate_id for row in found.items])
        return page(
            request,
            "records.html",
            collection=collection.name,
            heads=[head_of(words, collection.name, name) for name in HEADS[collection.name]],
            rows=[(row.aggregate_id, told_cells(words, collection.name, row)) for row in found.items],
            about=about,
            next=found.next,
            opening=_opening(table, collection, visitor),
            sequence=standing.sequence,
        )

    return records


def _after(request: Request[Any, Any, Any]) -> int:
    query = Query(request)
    after = query.number("after", 0)
    query.done()
    return after


async def _listed(
    reading: Reading, connection: Any, visitor: Visitor, collection: Collection, request: Request[Any, Any, Any]
) -> Any:
    """A page of the members that the visitor may see. Raises: Refused."""
    needs(visitor, collection.roles)
    query, scope = Query(request), scope_of(visitor, collection.roles)
    cursor = query.cursor()
    query.done()
    try:
        return await reading.read(collection.name)(connection, cursor, _SHOWN, scope)
    except BadCursor:
        raise bad_cursor() from None


def _opening(table: RouteTable, collection: Collection, visitor: Visitor) -> str | None:
    """The command that opens a member of a collection, for whoever may send it."""
    route = table.at(collection.name, None)
    may_send = route is not None and has_form(route) and visitor.has(*permitted(route.command.event.__name__))
    return route.command.name if route is not None and may_send else None


async def _owners(reading: Reading, connection: Any, moulds: Sequence[Any]) -> dict[str, Any]:
    """The customers of these moulds by id."""
    found: dict[str, Any] = {}
    for id in {mould.customer_id for mould in moulds}:
        found |= {row.aggregate_id: row for row in await reading.read("customer")(connection, id)}
    return found
