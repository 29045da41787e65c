"""The figures of a period: each with its definition, its number of cases and the cases themselves, also of the past."""

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.analytics.stage import DIMENSIONS
from services.console.front import visitor_of
from services.console.pages.fault_names import fault_names
from services.console.pages.language import ZONE, language_of
from services.console.pages.page import page
from services.console.queries import Query
from services.console.reading import FIGURES, SCOPES, Reading
from services.console.scopes import cases_of
from services.console.simulations import SIMULATION_ROLES
from shared.projections.scope import Scope
from shared.store.order import Fault, Refused

GROUPS = {"urgency": "Urgency", "mould_kind": "MouldKind", "channel": "Channel"}
"""The enum that names the values of a dimension."""


def figures_page(reading: Reading) -> HTTPRouteHandler:
    """The handler of the page of figures."""

    @get("/figures")
    async def figures(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query, now = visitor_of(request), Query(request), reading.now()
        scope = cases_of(visitor)
        after, as_of = query.number("after", 0), query.as_of()
        period = query.text("period") or f"{now.astimezone(ZONE):%Y-%m}"
        by = query.choices("by", tuple(DIMENSIONS))
        query.done()
        async with reading.at((*FIGURES, *SCOPES, "policies"), after, as_of) as (connection, standing):
            try:
                found = await reading.read("metrics")(connection, now, period, by, as_of, scope)
            except ValueError:
                raise Refused(Fault("V-FMT", "bad_format", "period")) from None
            names = await fault_names(reading, connection, language_of(request))
            customers = {one.aggregate_id: one.customer_name for one in await _customers(reading, connection, scope)}
        return page(
            request,
            "figures.html",
            found=found,
            groups=[found.total, *found.groups],
            names=names,
            customers=customers,
            dimensions=tuple(DIMENSIONS),
            enums=GROUPS,
            by=by,
            as_of=request.query_params.get("as_of", ""),
            sequence=standing.sequence,
            may_simulate=visitor.has(*SIMULATION_ROLES),
        )

    return figures


async def _customers(reading: Reading, connection: Any, scope: Scope) -> list[Any]:
    return list((await reading.read("customers")(connection, None, 500, scope)).items)
