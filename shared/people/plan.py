"""Compiles an event's types into a walk over the texts in it that must be sealed: said once, at the types.

The same walk seals, opens and counts; `Seam` says what happens to each text.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

import msgspec
from msgspec import Struct, inspect

from shared.events.paths import place_of

NOTE = "note:"


class Seam(Protocol):
    """What is done to the texts that the walk meets."""

    def text(self, text: str, person: str) -> str | None:
        """What stands in place of this text, which concerns this person."""
        ...

    def owner(self, fields: dict[str, Any], person: str) -> str:
        """Whom the texts of a nested person concern; may fill that person's id."""
        ...

    def stored(self, value: Any, walk: Callable[[Any], Any]) -> Any:
        """What stands in place of a value that was stored before, with its texts sealed then."""
        ...

    def untyped(self, value: Any) -> Any:
        """What stands in place of a value of which the type tells nothing."""
        ...


Step = Callable[[Any, str, Seam], Any]
"""(value, person, seam) -> value in its place; objects and lists are changed where they stand."""


@cache
def plan_of(struct: type[Struct]) -> Step | None:
    """The walk over an event's fields as JSON-able values; None when nothing in it is ever sealed.

    Raises: TypeError for a type whose texts it cannot find.
    """
    shape = inspect.type_info(struct)
    assert isinstance(shape, inspect.StructType)
    steps = {field.encode_name: step for field in shape.fields if (step := _step(field.type)) is not None}
    has_person = any(field.name == "person_id" for field in shape.fields)
    if not steps:
        return None

    def walk(fields: Any, person: str, seam: Seam) -> Any:
        if has_person:
            person = seam.owner(fields, person)
        for name, value in fields.items():
            if value is not None and (step := steps.get(name)) is not None:
                fields[name] = step(value, person, seam)
        return fields

    return walk


def _step(kind: inspect.Type) -> Step | None:
    match kind:
        case inspect.AnyType():
            return lambda value, person, seam: seam.untyped(value)
        case inspect.Metadata():
            sealed = (kind.extra or {}).get("sealed")
            if sealed == "already":
                return _stored(_step(kind.type))
            return _text(sealed) if sealed is not None else _step(kind.type)
        case inspect.StructType():
            return plan_of(kind.cls)
        case inspect.ListType():
            return _each(_step(kind.item_type))
        case inspect.DictType():
            return _each_value(_step(kind.value_type))
        case inspect.UnionType():
            return _either([step for one in kind.types if (step := _arm(one)) is not None], kind)
        case _:
            return None


@cache
def plan_at(struct: type[Struct], path: str) -> Step | None:
    """The walk over the value at a path of an event. Raises: LookupError when the type has no such place."""
    return _step(place_of(struct, path).type)


def _text(sealed: str) -> Step:
    if sealed == "note":
        return _note
    if sealed not in {"personal", "free"}:
        raise TypeError(f"nothing is sealed as {sealed}")
    return lambda value, person, seam: seam.text(value, person)


def _note(value: str, person: str, seam: Seam) -> str | None:
    """The reference keeps its form: what kind of content it is stays readable."""
    if not value.startswith(NOTE):
        return value
    text = seam.text(value[len(NOTE) :], person)
    return None if text is None else NOTE + text


def _stored(step: Step | None) -> Step | None:
    if step is None:
        return None
    return lambda value, person, seam: seam.stored(value, lambda inner: step(inner, person, seam))


def _each(step: Step | None) -> Step | None:
    if step is None:
        return None
    return lambda value, person, seam: [step(one, person, seam) for one in value]


def _each_value(step: Step | None) -> Step | None:
    if step is None:
        return None
    return lambda value, person, seam: {name: step(one, person, seam) for name, one in value.items()}


def _arm(kind: inspect.Type) -> tuple[type, Step] | None:
    step = _step(kind)
    if step is None:
        return None
    inner = kind.type if isinstance(kind, inspect.Metadata) else kind
    form = {inspect.StrType: str, inspect.StructType: dict, inspect.ListType: list, inspect.DictType: dict}
    return form[type(inner)], step


def _either(arms: list[tuple[type, Step]], kind: inspect.Type) -> Step | None:
    """Which arm of a union a value took shows in its JSON form."""
    if not arms:
        return None
    chosen = dict(arms)
    if len(chosen) != len(arms):
        raise TypeError(f"two sealed arms look alike in {kind}")

    def walk(value: Any, person: str, seam: Seam) -> Any:
        step = chosen.get(type(value))
        return value if step is None else step(value, person, seam)

    return walk


_NATIVE = (datetime, date, time, Decimal)


def builtins_of(event: Struct) -> dict[str, Any]:
    """An event's fields as JSON-able values of its own; dates and decimals stay what they are."""
    fields: dict[str, Any] = msgspec.to_builtins(event, builtin_types=_NATIVE)
    return fields
