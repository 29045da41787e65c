"""Names a value inside an event, `key_steps[0].time`: the notation in which faults name fields."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct, inspect

from shared.events.shapes import Unknown

_PATH = re.compile(r"[a-z][a-z0-9_]*(?:\[\d{1,4}\])*(?:\.[a-z][a-z0-9_]*(?:\[\d{1,4}\])*)*")
_PART = re.compile(r"[a-z][a-z0-9_]*|\d+")
Parts = tuple[str | int, ...]


class Place(Struct, frozen=True):
    """What stands at a path: its type with all its notes, the types on the way, and whether it may be left out."""

    type: Any
    on_the_way: tuple[Any, ...]
    is_required: bool


@lru_cache(4096)
def parts_of(path: str) -> Parts:
    """The names and indexes of a path. Raises: LookupError when it is none."""
    if not _PATH.fullmatch(path):
        raise LookupError(path)
    return tuple(int(part) if part.isdigit() else part for part in _PART.findall(path))


@lru_cache(4096)
def place_of(struct: type[Struct], path: str) -> Place:
    """What may stand at a path of an event of this type. Raises: LookupError when the type has no such place."""
    kind: Any = inspect.type_info(struct)
    on_the_way, is_required = [], True
    for part in parts_of(path):
        kind, is_required = _inside(plain_of(kind), part)
        on_the_way.append(kind)
    return Place(kind, tuple(on_the_way), is_required)


def _inside(kind: Any, part: str | int) -> tuple[Any, bool]:
    if isinstance(kind, inspect.ListType) and isinstance(part, int):
        return kind.item_type, True
    if isinstance(kind, inspect.StructType):
        for field in kind.fields:
            if field.name == part:
                return field.type, field.required
    raise LookupError(part)


def plain_of(kind: Any) -> Any:
    """A type without its notes, and without "or none" and "or unknown"."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if not isinstance(kind, inspect.UnionType):
        return kind
    ones = [one for one in map(plain_of, kind.types) if not isinstance(one, inspect.NoneType)]
    said = [one for one in ones if not (isinstance(one, inspect.StructType) and one.cls is Unknown)]
    return said[0]


def value_at(fields: Any, path: str) -> Any:
    """The value at a path of an event's fields, None where an optional one was left out.

    Raises: LookupError when nothing can stand there: an index beyond the list, a name below what was left out.
    """
    *way, last = parts_of(path)
    inner = _reached(fields, way)
    if isinstance(inner, dict) and isinstance(last, str):
        return inner.get(last)
    if isinstance(inner, list) and isinstance(last, int):
        return inner[last]
    raise LookupError(path)


def _reached(value: Any, parts: Sequence[str | int]) -> Any:
    for part in parts:
        if not isinstance(value, dict if isinstance(part, str) else list):
            raise LookupError(part)
        value = value[part]  # type: ignore[index]
    return value


def placed(fields: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The fields with another value at a path; None takes it away. Raises: as value_at."""
    changed: dict[str, Any] = _placed(fields, parts_of(path), value)
    return changed


def _placed(inner: Any, parts: Parts, value: Any) -> Any:
    first, *rest = parts
    if isinstance(inner, list) and isinstance(first, int) and first < len(inner):
        one = _placed(inner[first], tuple(rest), value) if rest else value
        return [*inner[:first], one, *inner[first + 1 :]]
    if not isinstance(inner, dict) or not isinstance(first, str):
        raise LookupError(first)
    if rest:
        return {**inner, first: _placed(inner[first], tuple(rest), value)}
    if value is None:
        return {name: one for name, one in inner.items() if name != first}
    return {**inner, first: value}
