"""The registers of customers and moulds as lists, with the way to register and to begin a case."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.api_cases import bad_cursor
from services.console.front import visitor_of
from services.console.pages.page import page
from services.console.queries import Query
from services.console.reading import Reading, company_of
from shared.case.lifecycle import rows
from shared.events.vocabulary import Role
from shared.masters.permissions import permitted
from shared.projections.paging import BadCursor

_SHOWN = 100
_REGISTRARS = tuple(permitted("CustomerRevised") - {Role.SYSTEM})
_WARRANTORS = tuple(permitted("WarrantyTermsSet"))


def register_pages(reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of the registers' pages."""
    return _page(reading, "customers"), _page(reading, "moulds")


def _page(reading: Reading, name: str) -> HTTPRouteHandler:
    @get(f"/{name}", name=f"page-{name}")
    async def register(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        company = company_of(visitor)
        after, cursor = query.number("after", 0), query.cursor()
        query.done()
        async with reading.at(("customers", "moulds"), after) as (connection, standing):
            try:
                found = await reading.read(name)(connection, cursor, _SHOWN, company)
            except BadCursor:
                raise bad_cursor() from None
            owners = await _owners(reading, connection, found.items) if name == "moulds" else {}
        return page(
            request,
            f"{name}.html",
            rows=found.items,
            next=found.next,
            owners=owners,
            may_register=visitor.has(*_REGISTRARS),
            may_warrant=visitor.has(*_WARRANTORS),
            may_report=visitor.has(*rows("FeedbackReceived")[0].roles),
            sequence=standing.sequence,
        )

    return register


async def _owners(reading: Reading, connection: Any, moulds: Sequence[Any]) -> dict[str, Any]:
    """The customers of these moulds by id."""
    found: dict[str, Any] = {}
    for id in {mould.customer_id for mould in moulds}:
        found |= {row.aggregate_id: row for row in await reading.read("customer")(connection, id)}
    return found
