"""GET routes of messages that came in: the list that people decide from, and one message as it came."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from services.console.answering import shown
from services.console.api_cases import bad_cursor
from services.console.api_files import pieces
from services.console.collections import MESSAGE_ROLES
from services.console.front import visitor_of
from services.console.parts import Parts
from services.console.queries import MOST, Query
from services.console.reading import Reading
from services.console.scopes import needs
from services.console.sessions import Visitor
from services.intake.stage import STATUSES, MessageQuestion
from shared.files.port import FileMissing
from shared.projections.paging import BadCursor
from shared.store.order import Fault, Refused

MODELS = ("message_cases",)


def possible(position: int) -> int:
    """A position that a message may have. Raises: Refused with H-404."""
    if position > MOST:
        raise no_such_message(position)
    return position


def no_such_message(position: int) -> Refused:
    """The refusal of a position at which no message stands."""
    return Refused(Fault("H-404", "no_such_aggregate", values={"name": str(position)}))


def question_of(query: Query, limit: int) -> MessageQuestion:
    """What the address asks of the list."""
    status = query.choice("status", tuple(STATUSES), "open")
    return MessageQuestion(status=status, cursor=query.cursor(), limit=limit)


def message_handlers(parts: Parts, reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of messages."""

    @get("/api/v1/messages")
    async def messages(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, MESSAGE_ROLES)
        after, question = query.number("after", 0), question_of(query, query.limit())
        query.done()
        async with reading.at(MODELS, after) as (connection, standing):
            try:
                return shown(await reading.read("messages")(connection, reading.people, question), standing)
            except BadCursor:
                raise bad_cursor() from None

    @get("/api/v1/messages/{position:int}/raw")
    async def raw(request: Request[Any, Any, Any], position: int) -> Stream:
        needs(visitor_of(request), MESSAGE_ROLES)
        async with reading.at(MODELS) as (connection, _):
            found = await reading.read("message")(connection, reading.people, possible(position))
        if found is None:
            raise no_such_message(position)
        try:
            stored = await parts.files.describe(found.file_ref)
        except FileMissing:
            raise Refused(Fault("H-404", "file_not_found", values={"name": found.file_ref})) from None
        headers = {
            "Content-Length": str(stored.size_bytes),
            "Content-Disposition": f'attachment; filename="message-{position}.eml"',
        }
        return Stream(pieces(parts, found.file_ref), media_type="message/rfc822", headers=headers)

    return messages, raw, _set_aside(parts)


def _set_aside(parts: Parts) -> HTTPRouteHandler:
    @post("/api/v1/messages/{position:int}/set-aside", status_code=204)
    async def set_message_aside(request: Request[Any, Any, Any], position: int) -> None:
        await set_aside(parts, visitor_of(request), position)

    return set_message_aside


async def set_aside(parts: Parts, visitor: Visitor, position: int) -> None:
    """Note that nothing is to be done about a message. Raises: Refused when none at this position waits."""
    needs(visitor, MESSAGE_ROLES)
    acts: Mapping[str, Any] = {name: act for stage in parts.stages for name, act in stage.acts.items()}
    if not await acts["set_message_aside"](parts, possible(position), visitor.user):
        raise no_such_message(position)
