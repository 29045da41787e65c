"""Sends commands to the services for a signed-in user, and reads their bodies from HTTP."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from litestar.exceptions import InternalServerException
from msgspec import Struct

from services.console.parts import Parts
from services.console.routes import Route, is_id
from services.console.sessions import Visitor
from shared.runtime import tracing
from shared.store.commands import Outgoing, new_command_id
from shared.store.order import Fault, Refused
from shared.store.request import MAX_BODY, Answer

_PATIENCE = 16 * MAX_BODY
"""Bytes of a too large body that are still read, so that its sender hears the answer."""


class Draft(Struct, frozen=True, kw_only=True):
    """A command as it came in: `fault` is 413 or 415 when the body was no candidate for JSON."""

    body: bytes
    fault: int = 0
    command_id: str | None = None
    if_match: str | None = None
    traceparent: str | None = None


class HungUp(Exception):
    """The sender has left before the body was there; nobody hears an answer."""


async def pieces_of(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body as it comes in. Raises: HungUp."""
    try:
        async for piece in request.stream():
            yield piece
    except InternalServerException as gone:
        raise HungUp from gone


async def read_body(stream: AsyncIterator[bytes], media_type: str) -> tuple[bytes, int]:
    """The body and what is wrong with it as a status, 0 for nothing."""
    body, size = bytearray(), 0
    async for piece in stream:
        size += len(piece)
        if size <= MAX_BODY:
            body += piece
        elif size > _PATIENCE:
            break
    if size > MAX_BODY:
        return b"", 413
    kind = media_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        return b"", 415
    return bytes(body), 0


def header_text(value: str | None) -> str | None:
    """A header as it may be handed on; anything but printable ASCII becomes a value that no check lets pass."""
    if value is None or (value.isascii() and value.isprintable() and 0 < len(value) <= 200):
        return value
    return "invalid"


class Door:
    """The console's way to the services."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def send(self, route: Route, aggregate_id: str | None, draft: Draft, visitor: Visitor) -> Answer:
        """The service's answer. Raises: Refused for an id that no aggregate can have."""
        if aggregate_id is not None and not is_id(aggregate_id):
            raise Refused(Fault("H-404", "no_such_aggregate", values={"name": aggregate_id[:100]}))
        order = Outgoing(
            service=route.service,
            command=route.command.name,
            aggregate_id=aggregate_id,
            command_id=new_command_id() if draft.command_id is None else draft.command_id,
            token=self._parts.signer.sign(visitor.user, self._parts.clock.now()),
            if_match=draft.if_match,
            traceparent=tracing.valid(draft.traceparent),
            body_fault=draft.fault,
        )
        return await self._parts.services.ask(order, draft.body)
