"""Files: raw bytes in, and out again to people of ours, never shown in our pages' own name."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from services.console.answering import JSON
from services.console.door import pieces_of
from services.console.front import visitor_of
from services.console.parts import Parts
from shared.events.vocabulary import Role
from shared.files.port import LIMIT, FileMissing, FileTooLarge
from shared.store.order import Fault, Refused

READERS = (Role.SPECIALIST, Role.SUPERVISOR, Role.ENGINEER, Role.TECHNICIAN, Role.SALES, Role.ANALYST, Role.AUDITOR)
"""Roles that may read any file; others get files with their cases."""


def file_handlers(parts: Parts) -> Sequence[HTTPRouteHandler]:
    """The handlers of files."""

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

    @get("/api/v1/files/{digest:str}")
    async def read(request: Request[Any, Any, Any], digest: str) -> Stream:
        if not visitor_of(request).has(*READERS):
            raise Refused(Fault("A-ROLE", "role_may_not", values={"allowed": ", ".join(READERS)}))
        reference = f"sha256:{digest}"
        try:
            stored = await parts.files.describe(reference)
        except FileMissing:
            raise Refused(Fault("H-404", "file_not_found", values={"name": digest[:100]})) from None
        headers = {"Content-Length": str(stored.size_bytes), "Content-Disposition": "attachment"}
        return Stream(pieces(parts, reference), media_type=stored.mime, headers=headers)

    return put, read


async def pieces(parts: Parts, reference: str) -> AsyncIterator[bytes]:
    """The bytes of a stored file."""
    async for piece in parts.files.open(reference):
        yield piece
