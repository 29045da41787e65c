"""POST of a draft: what it would have changed. Nothing is recorded; publishing stays a command of its own."""

from typing import Any

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from services.console.answering import shown
from services.console.api_session import decoded
from services.console.front import visitor_of
from services.console.queries import Query
from services.console.scopes import needs
from services.console.simulations import SIMULATION_ROLES, Simulations


def simulation_handlers(simulations: Simulations) -> tuple[HTTPRouteHandler, ...]:
    """The handler of simulations."""

    @post("/api/v1/simulations")
    async def simulate(request: Request[Any, Any, Any]) -> Response[bytes]:
        needs(visitor_of(request), SIMULATION_ROLES)
        query = Query(request)
        after = query.number("after", 0)
        query.done()
        return shown(*await simulations.run(await decoded(request, dict[str, Any]), after))

    return (simulate,)
