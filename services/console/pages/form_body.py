"""Turns what a person typed into the body of a command, and back into what the form shows again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from services.console.pages.form_fields import NOTE, FormField
from services.console.pages.language import ZONE

REASON = "unknown_reason"
_NOW = frozenset({"received_at", "ack_at"})
_LATER = {"info_due_at": timedelta(hours=24)}

Typed = Mapping[str, Sequence[str]]


def typed(raw: bytes) -> Typed:
    """The fields of a posted form; bytes that are no UTF-8 become replacement characters.

    More than 500 fields are no form of ours, and nothing of them is taken.
    """
    try:
        return parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=500)
    except ValueError:
        return {}


def one(given: Typed, name: str) -> str:
    """The first value of a field without blanks around it."""
    return next(iter(given.get(name, ())), "").strip()


def body_of(fields: Sequence[FormField], given: Typed) -> dict[str, Any]:
    """The command's body: empty fields are left out, or stated as unknown where the form says so."""
    body: dict[str, Any] = {}
    for field in fields:
        value = _value(field, given)
        if value is None and field.may_be_unknown and one(given, REASON):
            value = {"unknown": True, "reason": one(given, REASON)}
        if value is not None:
            body[field.name] = value
    return body


def _value(field: FormField, given: Typed) -> Any:
    text = one(given, field.name)
    match field.kind:
        case "denied":
            return False
        case "affirmed":
            return True if text else None
        case "choices":
            return [value for value in given.get(field.name, ()) if value]
        case _ if not text:
            return None
        case "truth":
            return {"yes": True, "no": False}.get(text, text)
        case "instant":
            return _instant(text)
        case "number":
            return int(text) if text.isdecimal() and len(text) < 16 else text
        case _:
            return f"note:{text}" if field.name == NOTE else text.replace("\r\n", "\n")


def _instant(text: str) -> str:
    """A local time as typed, with Shanghai's offset; what is no time goes on as it is and is refused there."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat()
    except ValueError:
        return text


def prefilled(fields: Sequence[FormField], now: datetime) -> dict[str, list[str]]:
    """What an empty form shows."""
    shown: dict[str, list[str]] = {}
    for field in fields:
        if field.name in _NOW:
            shown[field.name] = [_local(now)]
        elif field.name in _LATER:
            shown[field.name] = [_local(now + _LATER[field.name])]
        elif field.name == "case_kind":
            shown[field.name] = [field.options[0]]
    return shown


def _local(instant: datetime) -> str:
    return instant.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S")
