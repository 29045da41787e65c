"""GET routes of advice: on a case, and on a report before it is registered."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.advice import MODELS, advice_on, hints
from services.console.answering import shown
from services.console.front import visitor_of
from services.console.queries import Query
from services.console.reading import Reading


def advice_handlers(reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of advice."""

    @get("/api/v1/cases/{case_id:str}/advice")
    async def advice(request: Request[Any, Any, Any], case_id: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        after = query.number("after", 0)
        query.done()
        async with reading.at(MODELS, after) as (connection, standing):
            return shown(await advice_on(reading, connection, visitor, case_id), standing)

    @get("/api/v1/duplicates")
    async def duplicates(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        after = query.number("after", 0)
        asked = query.text("mould_no").strip(), query.text("contact").strip(), query.text("text")
        query.done()
        async with reading.at(MODELS, after) as (connection, standing):
            items = await hints(reading, connection, visitor, *asked)
            return shown({"items": items, "next": None}, standing)

    return advice, duplicates
