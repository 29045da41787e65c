"""GET routes of everything but cases: registers, figures, the log and the status."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.analytics.stage import DIMENSIONS
from services.console.answering import shown
from services.console.api_cases import bad_cursor, case_handlers
from services.console.case_events import record_events
from services.console.collections import BY_NAME, CHANNEL_ROLES, COLLECTIONS, LOG_ROLES, TASK_ROLES, Collection
from services.console.front import visitor_of
from services.console.queries import Query
from services.console.reading import FIGURES, SCOPES, Reading
from services.console.scopes import cases_of, needs, scope_of
from shared.projections.paging import BadCursor
from shared.projections.progress import position_of, progress
from shared.reactors.tasks import tasks
from shared.store.order import Fault, Refused


def read_handlers(reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of all reads."""
    handlers = [*case_handlers(reading), _metrics(reading), _log(reading), _status(reading)]
    handlers.append(_untold(reading))
    for collection in COLLECTIONS:
        handlers += (_list(reading, collection), _member(reading, collection))
        if collection.has_history:
            handlers.append(_history(reading, collection))
    return handlers


def _list(reading: Reading, collection: Collection) -> HTTPRouteHandler:
    @get(f"/api/v1/{collection.name}", name=f"list-{collection.name}")
    async def rows(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, collection.roles)
        scope = scope_of(visitor, collection.roles)
        after, cursor, limit = query.number("after", 0), query.cursor(), query.limit()
        query.done()
        async with reading.at((collection.name, *SCOPES), after) as (connection, standing):
            try:
                return shown(await reading.read(collection.name)(connection, cursor, limit, scope), standing)
            except BadCursor:
                raise bad_cursor() from None

    return rows


def _member(reading: Reading, collection: Collection) -> HTTPRouteHandler:
    @get(f"/api/v1/{collection.name}/{{name:str}}", name=f"read-{collection.name}")
    async def row(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        after = query.number("after", 0)
        query.done()
        async with reading.at((collection.name, *SCOPES), after) as (connection, standing):
            found = await reading.members(connection, visitor, collection, name)
            return shown(found[-1] if collection.kind != "policy" else {"id": name, "versions": found}, standing)

    return row


def _history(reading: Reading, collection: Collection) -> HTTPRouteHandler:
    @get(f"/api/v1/{collection.name}/{{name:str}}/events", name=f"history-{collection.name}")
    async def history(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        after = query.number("after", 0)
        query.done()
        async with reading.at((collection.name, "record_text", *SCOPES), after) as (connection, standing):
            await reading.members(connection, visitor, collection, name)
            items = await record_events(reading, connection, collection.kind, name)
            return shown({"items": items, "next": None}, standing)

    return history


def _untold(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/channels/{name:str}/untold-customers")
    async def untold(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, CHANNEL_ROLES)
        after, limit = query.number("after", 0), query.limit()
        query.done()
        async with reading.at(("channels", "channel_notices", *SCOPES), after) as (connection, standing):
            await reading.members(connection, visitor, BY_NAME["channels"], name)
            items = await reading.read("untold_customers")(connection, name, limit)
            return shown({"items": items, "next": None}, standing)

    return untold


def _metrics(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/metrics")
    async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        scope = cases_of(visitor)
        after, as_of = query.number("after", 0), query.as_of()
        period, by = query.text("period", f"{reading.now():%Y-%m}"), query.choices("by", tuple(DIMENSIONS))
        query.done()
        async with reading.at((*FIGURES, *SCOPES), after, as_of) as (connection, standing):
            try:
                found = await reading.read("metrics")(connection, reading.now(), period, by, as_of, scope)
                return shown(found, standing)
            except ValueError:
                raise Refused(Fault("V-FMT", "bad_format", "period")) from None

    return metrics


def _log(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/events")
    async def log(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, LOG_ROLES)
        after, limit = query.number("after", 0), query.limit()
        query.done()
        async with reading.at(("log",)) as (connection, standing):
            items = await reading.read("events")(connection, after=after, limit=limit)
            following = str(items[-1].sequence) if len(items) == limit else None
            return shown({"items": items, "next": following}, standing)

    return log


def _status(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/status")
    async def status(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        after = query.number("after", 0)
        query.done()
        async with reading.at(("log",), after) as (connection, standing):
            last, _ = await position_of(connection, ("log",))
            builds = await progress(connection, last, reading.now())
            waiting = await tasks(connection) if visitor.has(*TASK_ROLES) else []
            return shown({"position": last, "read_models": builds, "tasks": waiting}, standing)

    return status
