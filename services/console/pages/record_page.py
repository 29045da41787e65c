"""One member of a register: how it stands, what may be done with it and what happened; of a mould its cases too."""

from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.case_events import record_events
from services.console.collections import BY_NAME, CHANNEL_ROLES, Collection
from services.console.front import visitor_of
from services.console.pages.forms.pages import has_form
from services.console.pages.in_words import told_event
from services.console.pages.language import Words, language_of
from services.console.pages.page import page
from services.console.pages.record_rows import FACTS, told_facts
from services.console.queries import Query
from services.console.reading import SCOPES, Reading
from services.console.routes import RouteTable
from services.console.scopes import cases_of
from services.console.sessions import Visitor
from shared.masters.permissions import permitted

_MODELS = ("record_text", "channel_notices", "moulds", *SCOPES)


def record_pages(reading: Reading, table: RouteTable) -> Sequence[HTTPRouteHandler]:
    """The handlers of members' pages."""
    return [_page(reading, table, BY_NAME[name]) for name in FACTS]


def _page(reading: Reading, table: RouteTable, collection: Collection) -> HTTPRouteHandler:
    @get(f"/{collection.name}/{{name:str}}", name=f"record-{collection.name}")
    async def record(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
        visitor, query, words = visitor_of(request), Query(request), Words(language_of(request))
        after = query.number("after", 0)
        query.done()
        async with reading.at((collection.name, *_MODELS), after) as (connection, _):
            row = (await reading.members(connection, visitor, collection, name))[-1]
            events = await record_events(reading, connection, collection.kind, name)
            is_mould = collection.kind == "mould"
            cases = await reading.read("cases_of_mould")(connection, name, cases_of(visitor)) if is_mould else ()
            is_told = collection.kind == "channel" and visitor.has(*CHANNEL_ROLES)
            untold = await reading.read("untold_customers")(connection, name) if is_told else ()
        return page(
            request,
            "record.html",
            collection=collection.name,
            title=_title(row),
            row=row,
            facts=told_facts(words, collection.name, row),
            actions=list(_actions(table, collection, visitor, name)),
            happened=[(one, told_event(words, one.type, one.data, {})) for one in reversed(events)],
            cases=cases,
            untold=untold,
            is_told=is_told,
        )

    return record


def _title(row: Any) -> str:
    """What a record is called: its number or name, else its id."""
    names = (getattr(row, name, "") for name in ("mould_no", "name", "address", "period"))
    return next((name for name in names if name), row.aggregate_id)


def _actions(table: RouteTable, collection: Collection, visitor: Visitor, name: str) -> Iterator[tuple[str, str]]:
    """Commands to a member that the visitor's roles may send, with the addresses of their forms."""
    for route in table.routes:
        is_theirs = route.collection == collection.name and route.action is not None and has_form(route)
        if is_theirs and visitor.has(*permitted(route.command.event.__name__)):
            yield route.command.name, f"/{collection.name}/{name}/{route.action}"
