"""Messages that came in and wait for a person: register one as a case, see it as it came, or set it aside."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from services.console.api_cases import bad_cursor
from services.console.api_messages import MODELS, question_of, set_aside
from services.console.collections import MESSAGE_ROLES
from services.console.front import visitor_of
from services.console.pages.page import page, redirect
from services.console.parts import Parts
from services.console.queries import Query
from services.console.reading import Reading
from services.console.scopes import needs
from services.intake.stage import STATUSES
from shared.projections.paging import BadCursor

_SHOWN = 50


def messages_pages(parts: Parts, reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of the page of messages."""
    return _list(reading), _set_aside(parts)


def _list(reading: Reading) -> HTTPRouteHandler:
    @get("/messages", name="page-messages")
    async def messages(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, MESSAGE_ROLES)
        after, question = query.number("after", 0), question_of(query, _SHOWN)
        query.done()
        async with reading.at(MODELS, after) as (connection, standing):
            try:
                found = await reading.read("messages")(connection, reading.people, question)
            except BadCursor:
                raise bad_cursor() from None
        return page(
            request,
            "messages.html",
            statuses=tuple(STATUSES),
            status=question.status,
            rows=found.items,
            next=found.next,
            cursor=question.cursor or "",
            sequence=standing.sequence,
        )

    return messages


def _set_aside(parts: Parts) -> HTTPRouteHandler:
    @post("/messages/{position:int}/set-aside", name="set-message-aside")
    async def set_message_aside(request: Request[Any, Any, Any], position: int) -> Response[Any]:
        query = Query(request)
        question = question_of(query, _SHOWN)
        query.done()
        await set_aside(parts, visitor_of(request), position)
        back = {"status": question.status, **({"cursor": question.cursor} if question.cursor else {})}
        return redirect(f"/messages?{urlencode(back)}")

    return set_message_aside
