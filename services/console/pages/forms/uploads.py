"""Reads a posted form: its texts, and files that go into the file store as they arrive, named by their reference."""

import re
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from msgspec import Struct
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from services.console.door import pieces_of, read_body
from services.console.pages.forms.typed import FILE_NAME, MORE, typed
from shared.files.port import LIMIT, FileIntake, FileTooLarge
from shared.store.order import Fault, Refused
from shared.store.request import MAX_BODY

_MOST_PARTS = 5000
_LONGEST = LIMIT + 16 * MAX_BODY
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
type _Event = MultipartSegment | bytearray | None


class Posted(Struct):
    """What came with a form, and the fields whose file is too large."""

    given: dict[str, list[str]]
    too_large: list[str]


async def posted(request: Request[Any, Any, Any], files: FileIntake) -> Posted:
    """The fields of a form, urlencoded or multipart. Raises: Refused with H-413 or H-400."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data":
        raw, fault = await read_body(pieces_of(request), "application/json")
        if fault:
            raise Refused(Fault("H-413", "body_too_large"))
        return Posted(typed(raw), [])
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > _LONGEST:
        raise Refused(Fault("H-413", "form_too_large"))
    try:
        return await read_parts(pieces_of(request), options.get("boundary", ""), files)
    except (MultipartError, ValueError):
        raise Refused(Fault("H-400", "form_not_read")) from None


async def _events(stream: AsyncIterator[bytes], boundary: str) -> AsyncIterator[_Event]:
    size = 0
    with PushMultipartParser(boundary, max_segment_count=_MOST_PARTS) as parser:
        async for piece in stream:
            size += len(piece)
            if size > _LONGEST:
                raise Refused(Fault("H-413", "form_too_large"))
            if piece:
                for event in parser.parse(piece):
                    yield event


async def read_parts(stream: AsyncIterator[bytes], boundary: str, files: FileIntake) -> Posted:
    """The parts of a multipart form. Raises: MultipartError for one that is broken; Refused with H-413."""
    found, size, events = Posted({}, []), 0, _events(stream, boundary)
    async for event in events:
        if not isinstance(event, MultipartSegment):
            continue
        if event.filename is None:
            text = bytearray()
            async for piece in _content(events):
                size += len(piece)
                if size > MAX_BODY:
                    raise Refused(Fault("H-413", "body_too_large"))
                text += piece
            found.given.setdefault(event.name, []).append(text.decode("utf-8", "replace"))
        else:
            await _file(event, events, files, found)
    return found


async def _file(segment: MultipartSegment, events: AsyncIterator[_Event], files: FileIntake, found: Posted) -> None:
    name = _UNFIT.sub("", (segment.filename or "").replace("\\", "/").rpartition("/")[2])[:255]
    if not name:
        async for _ in _content(events):
            pass
        return
    try:
        stored = await files.put(_content(events), name, segment.content_type or "")
    except FileTooLarge:
        found.too_large.append(segment.name.removesuffix(MORE))
        async for _ in _content(events):
            pass
        return
    if segment.name.endswith(MORE):
        found.given.setdefault(segment.name.removesuffix(MORE), []).append(stored.file_ref)
        found.given[stored.file_ref + FILE_NAME] = [name]
    else:
        found.given[segment.name] = [stored.file_ref]
        found.given[segment.name + FILE_NAME] = [name]


async def _content(events: AsyncIterator[_Event]) -> AsyncIterator[bytes]:
    async for event in events:
        if event is None:
            return
        if not isinstance(event, MultipartSegment):
            yield bytes(event)
