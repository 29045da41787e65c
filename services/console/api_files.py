"""Files: raw bytes in, and out again to who may read what names them, never shown in our pages' own name."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import structlog
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from services.console.answering import JSON
from services.console.door import pieces_of
from services.console.file_access import may_read
from services.console.front import visitor_of
from services.console.parts import Parts
from services.console.queries import Query
from services.console.reading import SCOPES, Reading
from shared.files.port import LIMIT, FileMissing, FileTooLarge
from shared.store.order import Fault, Refused

_MODELS = ("file_uses", "moulds", "improvements", "reports", "channels", "staff", *SCOPES)
_log = structlog.get_logger("console")


def file_handlers(parts: Parts, reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of files."""
    return _put(parts), _read(parts, reading)


def _put(parts: Parts) -> HTTPRouteHandler:
    @post("/api/v1/files")
    async def put(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor_of(request)
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > LIMIT:
            raise Refused(Fault("H-413", "body_too_large"))
        name = request.query_params.get("name", "")[:255]
        try:
            stored = await parts.files.put(pieces_of(request), name, request.headers.get("content-type", ""))
        except FileTooLarge:
            raise Refused(Fault("H-413", "body_too_large")) from None
        body = {
            "file_ref": stored.file_ref,
            "sha256": stored.sha256,
            "mime": stored.mime,
            "size_bytes": stored.size_bytes,
        }
        return Response(msgspec.json.encode(body), status_code=201 if stored.created else 200, media_type=JSON)

    return put


def _read(parts: Parts, reading: Reading) -> HTTPRouteHandler:
    @get("/api/v1/files/{digest:str}")
    async def read(request: Request[Any, Any, Any], digest: str) -> Stream:
        visitor, query = visitor_of(request), Query(request)
        after = query.number("after", 0)
        query.done()
        missing = Refused(Fault("H-404", "file_not_found", values={"name": digest[:100]}))
        async with reading.at(_MODELS, after) as (connection, _):
            if not digest.isprintable() or not await may_read(reading, connection, visitor, digest):
                raise missing
        reference = f"sha256:{digest}"
        try:
            stored = await parts.files.describe(reference)
        except FileMissing:
            raise missing from None
        # Drawings are customers' secrets, so every look at a file leaves a trace (B-27).
        _log.info("file read", user=visitor.user, file=digest)
        headers = {"Content-Length": str(stored.size_bytes), "Content-Disposition": "attachment"}
        return Stream(pieces(parts, reference), media_type=stored.mime, headers=headers)

    return read


async def pieces(parts: Parts, reference: str) -> AsyncIterator[bytes]:
    """The bytes of a stored file."""
    async for piece in parts.files.open(reference):
        yield piece
