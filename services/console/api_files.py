"""Files: raw bytes in, and out again to who may read what names them, never shown in our pages' own name."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from services.console.answering import JSON
from services.console.door import pieces_of
from services.console.drawings.apart import Marker
from services.console.file_access import Access, access
from services.console.front import visitor_of
from services.console.parts import Parts
from services.console.queries import Query
from services.console.reading import SCOPES, Reading
from services.console.scopes import ORIGINAL_ROLES
from services.console.sessions import Visitor
from shared.files.port import LIMIT, FileMissing, FileTooLarge, StoredFile
from shared.store.order import Fault, Refused

_MODELS = ("file_uses", "moulds", "improvements", "reports", "channels", "staff", *SCOPES)
_TOO_LARGE = Fault("H-413", "file_too_large")
_SAVED = {"Content-Disposition": "attachment"}
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
            raise Refused(_TOO_LARGE)
        name = request.query_params.get("name", "")[:255]
        try:
            stored = await parts.files.put(pieces_of(request), name, request.headers.get("content-type", ""))
        except FileTooLarge:
            raise Refused(_TOO_LARGE) from None
        body = {
            "file_ref": stored.file_ref,
            "sha256": stored.sha256,
            "mime": stored.mime,
            "size_bytes": stored.size_bytes,
        }
        return Response(msgspec.json.encode(body), status_code=201 if stored.created else 200, media_type=JSON)

    return put


def _read(parts: Parts, reading: Reading) -> HTTPRouteHandler:
    marker = Marker(parts.files)

    @get("/api/v1/files/{digest:str}")
    async def read(request: Request[Any, Any, Any], digest: str) -> Response[Any]:
        visitor, query = visitor_of(request), Query(request)
        after = query.number("after", 0)
        is_original = query.choice("original", ("true", "false"), "false") == "true"
        query.done()
        missing = Refused(Fault("H-404", "file_not_found", values={"name": digest[:100]}))
        allowed = Access.NONE
        async with reading.at(_MODELS, after) as (connection, _):
            if digest.isprintable():
                allowed = await access(reading, connection, visitor, digest)
        if allowed is Access.NONE:
            raise missing
        if is_original and allowed is Access.MARKED:
            raise Refused(Fault("A-ROLE", "role_may_not", values={"allowed": ", ".join(ORIGINAL_ROLES)}))
        try:
            stored = await parts.files.describe(f"sha256:{digest}")
        except FileMissing:
            raise missing from None
        copy = None
        if allowed is not Access.AS_IT_IS and not is_original:
            copy = await marker.copy(stored, _words(stored, visitor, reading.now()))
        if copy is None and allowed is Access.MARKED:
            raise Refused(Fault("H-415", "drawing_not_markable"))
        # Drawings are customers' secrets, so every look at a file leaves a trace (B-27).
        _log.info("file read", user=visitor.user, file=digest, is_marked=copy is not None)
        return _as_it_is(parts, stored) if copy is None else Response(copy, media_type=stored.mime, headers=_SAVED)

    return read


def _words(stored: StoredFile, visitor: Visitor, now: datetime) -> str:
    return f"CONFIDENTIAL  {visitor.user}  {now:%Y-%m-%d %H:%M} UTC  {stored.sha256[:12]}"


def _as_it_is(parts: Parts, stored: StoredFile) -> Stream:
    headers = {"Content-Length": str(stored.size_bytes), **_SAVED}
    return Stream(pieces(parts, stored.file_ref), media_type=stored.mime, headers=headers)


async def pieces(parts: Parts, reference: str) -> AsyncIterator[bytes]:
    """The bytes of a stored file."""
    async for piece in parts.files.open(reference):
        yield piece
