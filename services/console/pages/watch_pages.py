"""Pages to work down: call-backs in the order in which they are due, and cases that were raised to the visitor."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.api_watch import (
    CALLBACK_MODELS,
    ESCALATION_MODELS,
    ESCALATION_ROLES,
    TOLD,
    WINDOWS,
    callbacks_of,
    escalations_of,
    names_of,
)
from services.console.front import visitor_of
from services.console.pages.page import page
from services.console.queries import Query
from services.console.reading import Reading
from services.console.scopes import CASE_ROLES, needs
from shared.events.vocabulary import Addressee

_SHOWN = 100


def watch_pages(reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of both pages."""
    return _callbacks(reading), _escalations(reading)


def _callbacks(reading: Reading) -> HTTPRouteHandler:
    @get("/callbacks", name="page-callbacks")
    async def callbacks(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, CASE_ROLES)
        after, window = query.number("after", 0), query.choice("window", WINDOWS, "open")
        query.done()
        async with reading.at(CALLBACK_MODELS, after) as (connection, standing):
            found = await callbacks_of(reading, connection, visitor, query, _SHOWN)
        return page(
            request,
            "callbacks.html",
            windows=WINDOWS,
            window=window,
            rows=found.items,
            next=found.next,
            now=reading.now(),
            sequence=standing.sequence,
        )

    return callbacks


def _escalations(reading: Reading) -> HTTPRouteHandler:
    @get("/escalations", name="page-escalations")
    async def escalations(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, ESCALATION_ROLES)
        after, told = query.number("after", 0), query.choice("told", TOLD, "me")
        query.done()
        async with reading.at(ESCALATION_MODELS, after) as (connection, standing):
            found = await escalations_of(reading, connection, visitor, query, _SHOWN)
        return page(
            request,
            "escalations.html",
            views=TOLD,
            told=told,
            rows=found.items,
            next=found.next,
            mine=frozenset(names_of(visitor)),
            posts=frozenset(Addressee),
            now=reading.now(),
            sequence=standing.sequence,
        )

    return escalations
