"""What waits for somebody by a certain time: call-backs to be made, and cases that were raised."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.answering import shown
from services.console.api_cases import bad_cursor
from services.console.front import visitor_of
from services.console.parts import Connection
from services.console.queries import Query
from services.console.reading import SCOPES, Reading
from services.console.scopes import CASE_ROLES, cases_of, needs
from services.console.sessions import Visitor
from shared.events.vocabulary import Role
from shared.projections.paging import BadCursor, Page

CALLBACK_MODELS = ("callbacks", "moulds", *SCOPES)
ESCALATION_MODELS = ("escalations", "moulds", *SCOPES)
ESCALATION_ROLES = (*CASE_ROLES, Role.DEPT)
"""Who may be told, and who sees what others were told."""
WINDOWS = ("open", "all")
"""Call-backs whose window has opened, or all that are to be made."""
TOLD = ("me", "all")


def watch_handlers(reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of both lists."""
    return _callbacks(reading), _escalations(reading)


def names_of(visitor: Visitor) -> list[str]:
    """Everything that a visitor may be told as: by name, by role, as somebody of a department."""
    of_department = [visitor.dept] if visitor.dept and visitor.has(Role.DEPT) else []
    return [visitor.user, *(role.value for role in visitor.roles), *of_department]


async def callbacks_of(
    reading: Reading, connection: Connection, visitor: Visitor, query: Query, limit: int
) -> Page[Any]:
    """A page of call-backs, those due first in front. Raises: Refused for a cursor that is not ours."""
    until: datetime | None = reading.now() if query.choice("window", WINDOWS, "open") == "open" else None
    try:
        found: Page[Any] = await reading.read("callbacks")(connection, cases_of(visitor), until, query.cursor(), limit)
    except BadCursor:
        raise bad_cursor() from None
    return found


async def escalations_of(
    reading: Reading, connection: Connection, visitor: Visitor, query: Query, limit: int
) -> Page[Any]:
    """A page of levels that wait, the highest in front. Raises: Refused for a cursor that is not ours."""
    told = names_of(visitor) if query.choice("told", TOLD, "me") == "me" else None
    try:
        found: Page[Any] = await reading.read("escalations")(connection, cases_of(visitor), told, query.cursor(), limit)
    except BadCursor:
        raise bad_cursor() from None
    return found


def _callbacks(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/callbacks")
    async def callbacks(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, CASE_ROLES)
        after, limit = query.number("after", 0), query.limit()
        query.choice("window", WINDOWS, "open")
        query.done()
        async with reading.at(CALLBACK_MODELS, after) as (connection, standing):
            return shown(await callbacks_of(reading, connection, visitor, query, limit), standing)

    return callbacks


def _escalations(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/escalations")
    async def escalations(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, ESCALATION_ROLES)
        after, limit = query.number("after", 0), query.limit()
        query.choice("told", TOLD, "me")
        query.done()
        async with reading.at(ESCALATION_MODELS, after) as (connection, standing):
            return shown(await escalations_of(reading, connection, visitor, query, limit), standing)

    return escalations
