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
from services.console.collections import IMPROVEMENT_ROLES
from services.console.front import visitor_of
from services.console.pages.page import page
from services.console.parts import Connection
from services.console.queries import Query
from services.console.reading import Reading
from services.console.scopes import CASE_ROLES, needs, scope_of
from services.console.sessions import Visitor
from shared.events.vocabulary import Addressee

_SHOWN = 100
_IMPROVEMENT_MODELS = ("improvements", "record_text")


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
        names = names_of(visitor)
        async with reading.at((*ESCALATION_MODELS, *_IMPROVEMENT_MODELS), after) as (connection, standing):
            found = await escalations_of(reading, connection, visitor, query, _SHOWN)
            improvements = await _improvements(reading, connection, visitor, names if told == "me" else None)
        return page(
            request,
            "escalations.html",
            views=TOLD,
            told=told,
            rows=found.items,
            next=found.next,
            improvements=improvements,
            mine=frozenset(names),
            posts=frozenset(Addressee),
            now=reading.now(),
            sequence=standing.sequence,
        )

    return escalations


async def _improvements(
    reading: Reading, connection: Connection, visitor: Visitor, told: Sequence[str] | None
) -> Sequence[Any]:
    """Those that were raised, for whoever sees improvements at all."""
    if not visitor.has(*IMPROVEMENT_ROLES):
        return ()
    found: Sequence[Any] = await reading.read("raised_improvements")(connection, scope_of(visitor), told, _SHOWN)
    return found
