"""POST routes: one for each collection whose members are opened, one for all commands of its members."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from services.console.answering import told
from services.console.door import Door, Draft, header_text, pieces_of, read_body
from services.console.front import visitor_of
from services.console.routes import COLLECTIONS, RouteTable
from shared.store.order import Fault, Refused


async def draft_of(request: Request[Any, Any, Any]) -> Draft:
    """What a request says of its command."""
    body, fault = await read_body(pieces_of(request), request.headers.get("content-type", ""))
    return Draft(
        body=body,
        fault=fault,
        command_id=header_text(request.headers.get("idempotency-key")),
        if_match=header_text(request.headers.get("if-match")),
        traceparent=request.headers.get("traceparent"),
    )


async def _send(
    door: Door,
    table: RouteTable,
    request: Request[Any, Any, Any],
    collection: str,
    name: str | None,
    action: str | None,
) -> Response[bytes]:
    route = table.at(collection, action)
    if route is None:
        raise Refused(Fault("H-404", "no_such_command"))
    return told(await door.send(route, name, await draft_of(request), visitor_of(request)))


def command_handlers(door: Door, table: RouteTable) -> Sequence[HTTPRouteHandler]:
    """The handlers of all commands."""
    handlers: list[HTTPRouteHandler] = []
    for collection in COLLECTIONS.values():
        if table.at(collection, None) is not None:
            handlers.append(_opening(door, table, collection))
        handlers.append(_acting(door, table, collection))
    return handlers


def _opening(door: Door, table: RouteTable, collection: str) -> HTTPRouteHandler:
    @post(f"/api/v1/{collection}", name=f"open-{collection}")
    async def opening(request: Request[Any, Any, Any]) -> Response[bytes]:
        return await _send(door, table, request, collection, None, None)

    return opening


def _acting(door: Door, table: RouteTable, collection: str) -> HTTPRouteHandler:
    @post(f"/api/v1/{collection}/{{name:str}}/{{action:str}}", name=f"act-{collection}")
    async def acting(request: Request[Any, Any, Any], name: str, action: str) -> Response[bytes]:
        return await _send(door, table, request, collection, name, action)

    return acting
