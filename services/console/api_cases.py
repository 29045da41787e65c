"""GET routes of cases: lists, one case, its events, clocks and warranty, and what is overdue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec.structs import asdict

from services.console.answering import shown
from services.console.case_events import CaseEvent, case_events
from services.console.front import visitor_of
from services.console.parts import Connection
from services.console.queries import SORT_NAMES, AsOf, Query
from services.console.reading import SCOPES, Reading
from services.console.scopes import cases_of, texts_of
from services.console.warranty import MODELS, advice_for, shown_advice
from services.intake.stage import VIEWS, CaseQuestion
from shared.clocks.reading import total_of
from shared.projections.paging import BadCursor
from shared.store.order import Fault, Refused

_LISTS = ("case_history", "case_text", "moulds", *SCOPES)
_TEXTS = ("case_history", "people", "case_text", *SCOPES)
_RECORDED = """
select max(recorded_at) from read.log where sequence <= %(position)s and sequence > %(position)s::bigint - 1000"""
"""The instant that a position stands for. Clocks of two machines differ by less than a thousand events take."""


async def instant_of(reading: Reading, connection: Connection, as_of: AsOf) -> datetime:
    """The instant that a position or a time stands for; now for None."""
    if isinstance(as_of, int):
        row = await (await connection.execute(_RECORDED, {"position": as_of})).fetchone()
        return row[0] if row is not None and row[0] is not None else reading.now()
    return as_of or reading.now()


def bad_cursor() -> Refused:
    """The refusal of a cursor that is not ours."""
    return Refused(Fault("V-FMT", "bad_format", "cursor"))


def case_handlers(reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of cases."""
    one_case = (_member(reading), _events(reading), _clocks(reading), _warranty(reading))
    return (_list(reading), *one_case, _overdue(reading))


def _list(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/cases")
    async def cases(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        scope = cases_of(visitor)
        after, as_of = query.number("after", 0), query.as_of()
        question = CaseQuestion(
            now=reading.now(),
            view=query.choice("view", tuple(VIEWS), "open"),
            q=query.text("q"),
            sort=query.choice("sort", SORT_NAMES, "-received"),
            cursor=query.cursor(),
            limit=query.limit(),
            user=visitor.user,
            scope=scope,
            texts=texts_of(visitor),
            as_of=as_of,
        )
        query.done()
        async with reading.at(_LISTS, after, as_of) as (connection, standing):
            question = msgspec.structs.replace(question, now=await instant_of(reading, connection, as_of))
            try:
                return shown(await reading.read("cases")(connection, question), standing)
            except BadCursor:
                raise bad_cursor() from None

    return cases


def _member(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/cases/{case_id:str}")
    async def case(request: Request[Any, Any, Any], case_id: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        after, as_of = query.number("after", 0), query.as_of()
        query.done()
        async with reading.at(_TEXTS, after, as_of) as (connection, standing):
            found = msgspec.to_builtins(
                await reading.case(connection, visitor, case_id, as_of), builtin_types=(datetime,)
            )
            events = await case_events(reading, connection, visitor, case_id, found["sequence"])
            found["trail"] = [_trail(one) for one in events if one.corrections or one.voided]
            if await reading.opens_texts(connection, visitor, case_id):
                found["contact"] = await reading.read("caller")(connection, case_id)
                found["texts"] = [{"version": one.version, "type": one.type, "fields": one.data} for one in events]
            return shown(found, standing)

    return case


def _trail(event: CaseEvent) -> dict[str, Any]:
    """What became of an event since it was recorded."""
    names = ("version", "event_id", "type", "corrections", "voided")
    return {name: getattr(event, name) for name in names}


def _events(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/cases/{case_id:str}/events")
    async def events(request: Request[Any, Any, Any], case_id: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        after = query.number("after", 0)
        query.done()
        async with reading.at(_TEXTS, after) as (connection, standing):
            await reading.case(connection, visitor, case_id)
            items = await case_events(reading, connection, visitor, case_id)
            return shown({"items": items, "next": None}, standing)

    return events


def _clocks(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/cases/{case_id:str}/clocks")
    async def clocks(request: Request[Any, Any, Any], case_id: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        after, as_of = query.number("after", 0), query.as_of()
        query.done()
        async with reading.at(("overdue_responses", "policies", *SCOPES), after, as_of) as (connection, standing):
            await reading.case(connection, visitor, case_id, as_of)
            now = await instant_of(reading, connection, as_of)
            book = await reading.read("rulebook")(connection)
            items = await reading.read("clocks")(connection, case_id, now, book, as_of)
            return shown({"items": items, **asdict(total_of(items)), "next": None}, standing)

    return clocks


def _warranty(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/cases/{case_id:str}/warranty")
    async def warranty(request: Request[Any, Any, Any], case_id: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        after = query.number("after", 0)
        query.done()
        async with reading.at(MODELS, after) as (connection, standing):
            case = await reading.case(connection, visitor, case_id)
            events = await case_events(reading, connection, visitor, case_id)
            return shown(shown_advice(await advice_for(reading, connection, visitor, case, events)), standing)

    return warranty


def _overdue(reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/overdue")
    async def overdue(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        scope = cases_of(visitor)
        after, as_of, limit = query.number("after", 0), query.as_of(), query.limit()
        query.done()
        async with reading.at(("overdue_responses", *_LISTS), after, as_of) as (connection, standing):
            now = await instant_of(reading, connection, as_of)
            items = await reading.read("overdue")(connection, now, scope, limit, as_of)
            return shown({"items": items, "next": None}, standing)

    return overdue
