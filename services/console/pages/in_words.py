"""Values of events and rows as people read them: names of codes, times, money, tables of steps, links to files."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from services.console.pages.forms.shape import FormField, fields_at, shape_of
from services.console.pages.language import Words
from shared.case.trail import Correction
from shared.events.catalogue import EVENTS

_HIDDEN = frozenset(
    {"contact_id", "policy_version", "calendar_version", "vocabulary_version", "auto", "seq", "sha256", "safety_read"}
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_FILE = re.compile(r"(sha256:)?([0-9a-f]{64})")


class Told(Struct, frozen=True):
    """One field in words: a text, perhaps with an address, or fields inside it, or a table of rows."""

    label: str
    text: str = ""
    href: str = ""
    inside: Sequence["Told"] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence["Told"]] = ()


class Changed(Struct, frozen=True):
    """One correction in words: which field, what stood there and what does now, and who says so why."""

    label: str
    before: str
    after: str
    href: str
    by: str
    at: datetime
    reason: str


def told_corrections(words: Words, type: str, corrections: Sequence[Correction]) -> list[Changed]:
    """The corrections of an event in words, the newest last."""
    event = EVENTS[type]
    return [
        Changed(
            label_of(words, event, one.field_path),
            value_in_words(words, event, one.field_path, one.old_value),
            value_in_words(words, event, one.field_path, one.new_value),
            f"#v{one.version}",
            one.actor,
            one.recorded_at,
            f"{words.named('CorrectionReason', one.reason_code)} · {in_words(words, None, one.reason)}",
        )
        for one in corrections
    ]


def label_of(words: Words, event: type[Struct], path: str) -> str:
    """The place of a value in an event, by the names of the fields on the way."""
    owner, told = event.__name__, list[str]()
    for part, below in fields_at(event, path):
        told.append(f"{part + 1}" if isinstance(part, int) else words.field(owner, part))
        owner = below.fields[0].owner if below is not None and below.fields else owner
    return " · ".join(told)


def value_in_words(words: Words, event: type[Struct], path: str, value: Any) -> str:
    """A value that stands at a path of an event, in words."""
    field = next((below for _, below in reversed(fields_at(event, path))), None)
    match value:
        case {"unknown": True} | str() | bool() | int() | float() | None:
            return _told(words, field, "", value).text
        case list() if not any(isinstance(one, dict) for one in value):
            return in_words(words, field, value)
    return msgspec.json.encode(value).decode()


def told_event(words: Words, type: str, data: Mapping[str, Any], others: Mapping[str, Told]) -> list[Told]:
    """All fields of an event in words; `others` are the events that it may name by id."""
    event = EVENTS.get(type)
    fields = {field.name: field for field in shape_of(event)} if event is not None else {}
    found = _fields(words, fields, type, data)
    return [replace(others[one.text], label=one.label) if one.text in others else one for one in found]


def _fields(words: Words, known: Mapping[str, FormField], owner: str, data: Mapping[str, Any]) -> list[Told]:
    shown = ((name, value) for name, value in data.items() if name not in _HIDDEN and value not in ([], {}))
    shown = ((name, _flagged(words, value) if name == "flags" else value) for name, value in shown)
    return [_told(words, known.get(name), words.field(owner, name), value) for name, value in shown]


def _flagged(words: Words, flags: Sequence[str]) -> list[str]:
    return [words.named("flag", flag) for flag in flags]


def _told(words: Words, field: FormField | None, label: str, value: Any) -> Told:
    inner = {one.name: one for one in field.fields} if field is not None else {}
    owner = next((one.owner for one in inner.values()), "")
    match value:
        case {"unknown": True}:
            return Told(label, words("unknown_value", reason=in_words(words, None, value.get("reason"))))
        case dict():
            return Told(label, inside=_fields(words, inner, owner, value))
        case [dict(), *_]:
            return _table(words, inner, label, value)
        case [*files] if field is not None and field.kind == "files":
            return Told(label, inside=[_told(words, None, str(place), one) for place, one in enumerate(files, 1)])
        case str() if (file := _FILE.fullmatch(value)) and (field is None or field.kind in ("file", "document")):
            return Told(label, f"{file[2][:12]}…", f"/api/v1/files/{file[2]}")
    return Told(label, in_words(words, field, value))


def _table(words: Words, known: Mapping[str, FormField], label: str, rows: Sequence[Mapping[str, Any]]) -> Told:
    owner = next((one.owner for one in known.values()), "")
    names = [name for name in known or rows[0] if name not in _HIDDEN and any(name in row for row in rows)]
    cells = [[_told(words, known.get(name), "", row.get(name, "")) for name in names] for row in rows]
    return Told(label, heads=[words.field(owner, name) for name in names], rows=cells)


def in_words(words: Words, field: FormField | None, value: Any) -> str:
    """A single value, or a list of them, as text."""
    match value:
        case None:
            return "—"
        case bool():
            return words("yes" if value else "no")
        case datetime():
            return words.instant(value)
        case list():
            return words("list_comma").join(in_words(words, field, one) for one in value)
        case int() if field is not None and field.kind == "money":
            return f"¥{value / 100:,.2f}"
        case float():
            return f"{value:.3f}".rstrip("0").rstrip(".")
        case str() if value.startswith("sealed:"):
            return words("sealed")
        case str() if _TIME.fullmatch(value):
            return words.instant(value)
    if field is not None and field.group and field.options:
        return words.named(field.group, value)
    return str(value).removeprefix("note:")


def told_row(words: Words, event: type[Struct], row: Struct, names: Sequence[str]) -> Iterator[Told]:
    """Some fields of a row that stand for fields of an event."""
    fields = {field.name: field for field in shape_of(event)}
    for name in names:
        if (value := getattr(row, name)) is not None:
            yield _told(words, fields.get(name), words.field(event.__name__, name), _plain(value))


def _plain(value: Any) -> Any:
    return value if isinstance(value, datetime) else msgspec.to_builtins(value)
