"""GET routes of everything but cases: registers, figures, the log and the status."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.analytics.stage import DIMENSIONS
from services.console.answering import shown
from services.console.api_cases import bad_cursor, case_handlers
from services.console.front import visitor_of
from services.console.queries import Query
from services.console.reading import CASE_ROLES, FIGURES, LOG_ROLES, STAFF_ROLES, Reading, company_of, needs
from services.console.sessions import Visitor
from shared.events.vocabulary import Role
from shared.projections.paging import BadCursor
from shared.projections.progress import position_of, progress
from shared.store.order import Fault, Refused

_EVERYBODY = tuple(Role)
_REGISTERS = (
    ("customers", "customer", "customers", (*CASE_ROLES, Role.CUSTOMER)),
    ("moulds", "mould", "moulds", (*CASE_ROLES, Role.CUSTOMER)),
    ("staff", "staff_member", "staff", STAFF_ROLES),
    ("policies", "policy", "policies", _EVERYBODY),
)
"""Collection, the read of one member, read model, and who may see it."""
_SCOPED = {"customers": "aggregate_id", "moulds": "customer_id"}
"""Collections that a customer sees the own part of, and where a row says whose it is."""


def read_handlers(reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of all reads."""
    handlers = [*case_handlers(reading), _metrics(reading), _log(reading), _status(reading)]
    for collection, member, model, roles in _REGISTERS:
        handlers.append(_list(reading, collection, model, roles))
        handlers.append(_member(reading, collection, member, model, roles))
    return handlers


def _company(visitor: Visitor, collection: str, roles: Sequence[Role]) -> str | None:
    needs(visitor, roles)
    return company_of(visitor) if collection in _SCOPED else None


def _list(reading: Reading, collection: str, model: str, roles: Sequence[Role]) -> HTTPRouteHandler:
    @get(f"/api/v1/{collection}", name=f"list-{collection}")
    async def rows(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        company = _company(visitor, collection, roles)
        after, cursor, limit = query.number("after", 0), query.cursor(), query.limit()
        query.done()
        async with reading.at((model,), after) as (connection, standing):
            try:
                return shown(await reading.read(collection)(connection, cursor, limit, company), standing)
            except BadCursor:
                raise bad_cursor() from None

    return rows


def _member(reading: Reading, collection: str, member: str, model: str, roles: Sequence[Role]) -> HTTPRouteHandler:
    @get(f"/api/v1/{collection}/{{name:str}}", name=f"read-{collection}")
    async def row(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        company = _company(visitor, collection, roles)
        after = query.number("after", 0)
        query.done()
        async with reading.at((model,), after) as (connection, standing):
            found = await reading.read(member)(connection, name) if name.isprintable() else []
            if not found or (company is not None and getattr(found[-1], _SCOPED[collection]) != company):
                raise Refused(Fault("H-404", "no_such_aggregate", values={"name": name[:100]}))
            return shown(found[-1] if collection != "policies" else {"id": name, "versions": found}, standing)

    return row


def _metrics(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/metrics")
    async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        company = company_of(visitor)
        after, as_of = query.number("after", 0), query.as_of()
        period, by = query.text("period", f"{reading.now():%Y-%m}"), query.choices("by", tuple(DIMENSIONS))
        query.done()
        async with reading.at(FIGURES, after, as_of) as (connection, standing):
            try:
                found = await reading.read("metrics")(connection, reading.now(), period, by, as_of, company)
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
        query = Query(request)
        after = query.number("after", 0)
        query.done()
        async with reading.at(("log",), after) as (connection, standing):
            last, _ = await position_of(connection, ("log",))
            builds = await progress(connection, last, reading.now())
            return shown({"position": last, "read_models": builds}, standing)

    return status
