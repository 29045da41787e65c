"""Turns what a person typed into the body of a command."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from services.console.pages.forms.shape import FormField
from services.console.pages.forms.tables import CIRCUMSTANCES
from services.console.pages.forms.typed import (
    FILE_NAME,
    REASON,
    Typed,
    inside,
    is_empty,
    none_path,
    one,
    row_path,
    rows_of,
)
from services.console.pages.language import ZONE

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?")
_YUAN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_STORED = re.compile(r"raw:[1-9][0-9]{0,15}|sha256:[0-9a-f]{64}")
"""A content that is kept already: a message or a file; any other words are the note of a call."""
Named = Mapping[tuple[str, str], str]
"""(kind, what was typed) -> the id of the customer or mould that is meant."""


def body_of(fields: Sequence[FormField], given: Typed, named: Named | None = None) -> dict[str, Any]:
    """The command's body from compact rows: empty fields are left out, or stated as unknown where a form says so."""
    body = _object(fields, given, "", named or {})
    for name in CIRCUMSTANCES:
        if text := one(given, name):
            body.setdefault(name, _instant(text) if name == "at" else text)
    return body


def _object(fields: Sequence[FormField], given: Typed, path: str, named: Named) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for field in fields:
        below = inside(path, field.name)
        value = _value(field, given, below, named)
        if value is None and field.may_be_unknown and one(given, REASON):
            value = {"unknown": True, "reason": one(given, REASON)}
        if value is not None or field.says_null:
            body[field.name] = value
        if field.none and one(given, none_path(field, below)):
            body[field.none] = True
    return body


def _value(field: FormField, given: Typed, path: str, named: Named) -> Any:
    match field.kind:
        case "group":
            is_given = field.is_required or not is_empty(field.fields, given, path)
            return _object(field.fields, given, path, named) if is_given else None
        case "rows":
            return _rows(field, given, path, named)
        case "choices" | "picks" | "files":
            # What is picked from no list is typed one a line.
            texts = [text for value in given.get(path, ()) for line in value.splitlines() if (text := line.strip())]
            return [named.get((field.group, text), text) for text in texts] or None
        case "lines":
            return [line.strip() for line in one(given, path).splitlines() if line.strip()] or None
        case "denied":
            return False
        case "value":
            return _any(one(given, path))
        case "place":
            return int(path[path.rindex("[") + 1 : path.rindex("]")]) + 1 if "[" in path else None
        case _:
            text = one(given, path)
            return _plain(field, text, named) if text else _absent(field, given, path)


def _rows(field: FormField, given: Typed, path: str, named: Named) -> list[Any] | None:
    return [_object(field.fields, given, row_path(path, index), named) for index in rows_of(given, path)] or None


def _absent(field: FormField, given: Typed, path: str) -> Any:
    """An attachment goes by the name of its file when nobody named it."""
    if field.owner == "Attachment" and field.name == "name":
        return one(given, f"{path.removesuffix('name')}file_ref{FILE_NAME}") or None
    return None


def _plain(field: FormField, text: str, named: Named) -> Any:
    match field.kind:
        case "affirmed":
            return True
        case "truth":
            return {"yes": True, "no": False}.get(text, text)
        case "instant":
            return _instant(text)
        case "number" | "score":
            return int(text) if _WHOLE.fullmatch(text) else text
        case "decimal":
            return _decimal(text)
        case "money":
            return int(Decimal(text) * 100) if _YUAN.fullmatch(text) else text
        case "document":
            return text.removeprefix("sha256:")
        case "note":
            return text if _STORED.fullmatch(text) else f"note:{text}".replace("\r\n", "\n")
        case "pick":
            return named.get((field.group, text), text)
        case _:
            return text.replace("\r\n", "\n")


def _any(text: str) -> Any:
    """JSON, or a text that is none; nothing is null."""
    try:
        return msgspec.json.decode(text or "null")
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return text


def _decimal(text: str) -> int | float | str:
    if not _DECIMAL.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _instant(text: str) -> str:
    """A local time as typed, with Shanghai's offset; what is no time goes on as it is and is refused there."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat()
    except ValueError:
        return text


def local(instant: datetime) -> str:
    """An instant as an input of a browser shows it."""
    return instant.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S")
