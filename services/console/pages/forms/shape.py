"""Which fields a form asks for, and of what kind each is: read from the event that the command drafts."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import Struct, inspect

from services.console.pages.forms.tables import AFFIRMED_NONE, FIXED_ROWS, LEAST_ROWS, NOT_ASKED, PLACE, in_order
from shared.events.paths import parts_of
from shared.events.shapes import Unknown
from shared.store.checker import set_by_service

Kind = Literal[
    "text",
    "area",
    "lines",
    "choice",
    "choices",
    "pick",
    "picks",
    "instant",
    "day",
    "truth",
    "score",
    "affirmed",
    "denied",
    "number",
    "decimal",
    "money",
    "note",
    "file",
    "files",
    "document",
    "place",
    "fixed",
    "group",
    "rows",
    "value",
]
"""`pick` and `picks` name other aggregates; `place` is the number of its row; `fixed` is one option for each row;
`value` is what another field says it is."""
_SIMPLE: Mapping[type, Kind] = {
    inspect.DateTimeType: "instant",
    inspect.DateType: "day",
    inspect.BoolType: "truth",
    inspect.FloatType: "decimal",
}
_REFERENCES: Mapping[str, Kind] = {"file": "file", "document": "document", "content": "note"}


class FormField(Struct, frozen=True):
    """One field, with the fields of its struct for `group` and `rows`.

    `may_be_unknown`: left empty it is stated as unknown. `most`: longest text. `group` names the enum of the options
    or the kind of aggregate that is picked. `none`: the flag that says there is none of it. `least`: rows shown.
    `says_null`: left empty it says that nothing stands there.
    """

    name: str
    kind: Kind
    owner: str
    is_required: bool = False
    may_be_unknown: bool = False
    most: int = 100
    group: str = ""
    options: tuple[str, ...] = ()
    fields: tuple["FormField", ...] = ()
    none: str = ""
    least: int = 0
    says_null: bool = False


class _Seen(Struct):
    """A type without its notes: the plain alternative, whether it may be unknown, limits and remarks."""

    plain: Any
    is_open: bool
    schema: dict[str, Any]
    extra: dict[str, Any]


def fields_of(struct: type[Struct], command: str = "") -> tuple[FormField, ...]:
    """The fields of a command's form, or of a struct in it, in the order in which they are asked."""
    known = {field.name: field for field in msgspec.structs.fields(struct) if _is_asked(struct.__name__, field)}
    names = in_order(command, tuple(known))
    flags = {name for name in names if name.removeprefix("no_") in known and name.startswith("no_")}
    return tuple(_field(struct.__name__, known[name], flags) for name in names if name not in flags)


def _is_asked(owner: str, field: msgspec.structs.FieldInfo) -> bool:
    return (owner, field.name) not in NOT_ASKED and not set_by_service(inspect.type_info(field.type))


def _field(owner: str, field: msgspec.structs.FieldInfo, flags: set[str]) -> FormField:
    seen = _seen(inspect.type_info(field.type))
    none = f"no_{field.name}" if f"no_{field.name}" in flags else ""
    is_asked = seen.is_open and field.name not in AFFIRMED_NONE
    kind = _kind(field.name, seen)
    least = 0
    if kind == "rows":
        least = LEAST_ROWS.get(field.name, 1 if field.required or none else 0)
    group, options = _options(seen, kind)
    return FormField(
        name=field.name,
        kind=kind,
        owner=owner,
        is_required=field.required and not is_asked,
        may_be_unknown=is_asked,
        most=seen.schema.get("maxLength", 5000 if kind == "note" else 100),
        group=group,
        options=FIXED_ROWS.get(field.name, options) if kind == "fixed" else options,
        fields=_inner(seen.plain) if kind in ("group", "rows") else (),
        none=none,
        least=least,
        says_null=kind == "value",
    )


def _inner(plain: Any) -> tuple[FormField, ...]:
    if isinstance(plain, inspect.ListType):
        plain = _seen(plain.item_type).plain
    return fields_of(plain.cls)


def _seen(kind: Any) -> _Seen:
    if isinstance(kind, inspect.Metadata):
        inner = _seen(kind.type)
        return _Seen(
            inner.plain,
            inner.is_open,
            {**inner.schema, **(kind.extra_json_schema or {})},
            {**inner.extra, **(kind.extra or {})},
        )
    if not isinstance(kind, inspect.UnionType):
        return _Seen(kind, False, {}, {})
    parts = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    plain = [one for one in parts if not (isinstance(one, inspect.StructType) and one.cls is Unknown)]
    first = _seen(plain[0])
    return _Seen(first.plain, len(plain) < len(parts), first.schema, first.extra)


def _kind(name: str, seen: _Seen) -> Kind:
    refers = seen.extra.get("refers", "")
    match seen.plain:
        case inspect.StructType():
            return "group"
        case inspect.ListType():
            return _list_kind(_seen(seen.plain.item_type))
        case inspect.EnumType():
            return "fixed" if name in FIXED_ROWS else "choice"
        case inspect.LiteralType():
            return "affirmed" if True in seen.plain.values else "denied"
        case inspect.IntType():
            return _whole(name, seen)
        case inspect.AnyType():
            return "value"
        case _ if type(seen.plain) in _SIMPLE:
            return _SIMPLE[type(seen.plain)]
        case _ if refers:
            return _REFERENCES.get(refers, "pick")
        case _:
            return "area" if seen.schema.get("maxLength", 100) > 254 else "text"


def _list_kind(item: _Seen) -> Kind:
    match item.plain:
        case inspect.StructType():
            return "rows"
        case inspect.EnumType():
            return "choices"
        case _:
            refers = item.extra.get("refers")
            return "files" if refers == "file" else "picks" if refers else "lines"


def _whole(name: str, seen: _Seen) -> Kind:
    if name == PLACE:
        return "place"
    if name.endswith("_fen"):
        return "money"
    return "score" if (seen.schema.get("minimum"), seen.schema.get("maximum")) == (1, 5) else "number"


def _options(seen: _Seen, kind: Kind) -> tuple[str, tuple[str, ...]]:
    item = _seen(seen.plain.item_type) if isinstance(seen.plain, inspect.ListType) else seen
    if isinstance(item.plain, inspect.EnumType) and issubclass(item.plain.cls, StrEnum):
        return item.plain.cls.__name__, tuple(member.value for member in item.plain.cls)
    if kind == "score":
        return "Rating", ("5", "4", "3", "2", "1")
    return str(item.extra.get("refers", "")), ()


@cache
def shape_of(struct: type[Struct]) -> tuple[FormField, ...]:
    """All fields of an event, also those that the service sets, for telling it in words."""
    return tuple(_field(struct.__name__, field, set()) for field in msgspec.structs.fields(struct))


def fields_at(struct: type[Struct], path: str) -> list[tuple[str | int, FormField | None]]:
    """The names and indexes of a path into an event, each with the field it means; None for one that is not there."""
    known: Mapping[str, FormField] = {field.name: field for field in shape_of(struct)}
    found: list[tuple[str | int, FormField | None]] = []
    field: FormField | None = None
    for part in parts_of(path):
        if isinstance(part, str):
            field = known.get(part)
            known = {one.name: one for one in field.fields} if field is not None else {}
        found.append((part, field))
    return found
