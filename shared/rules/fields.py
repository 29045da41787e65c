"""What the fields of a draft ask of each other: lists that hold something, "or none", conditions, no one named twice.

A field that failed is None in the draft and was told already.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from shared.events.shapes import ReplacedPart, Spare
from shared.store.order import Fault

PIECES = frozenset("件个只支根套块片颗粒条把台付副") | {"pc", "pcs", "piece", "pieces", "ea", "each", "set", "sets"}
"""Units that count whole things."""


def filled(draft: Any, *names: str) -> Iterator[Fault]:
    """These lists hold at least one entry."""
    for name in names:
        if (value := getattr(draft, name)) is not None and not value:
            yield Fault("V-REQ", "missing", name)


def or_none(draft: Any, *names: str) -> Iterator[Fault]:
    """Each of these is given, or `no_<name>` states that there is none; never both."""
    for name in names:
        is_given, is_denied = bool(getattr(draft, name)), getattr(draft, f"no_{name}") is True
        if not is_given and not is_denied:
            yield Fault("V-REQ", "or_none_needed", name, {"other": f"no_{name}"})
        if is_given and is_denied:
            yield Fault("V-FMT", "given_and_denied", f"no_{name}", {"other": name})


def needed(value: Any, is_needed: Any, field: str) -> Iterator[Fault]:
    """A conditional field is given when its condition holds."""
    if is_needed and value in (None, [], ()):
        yield Fault("V-REQ", "missing", field)


def only_for(value: Any, is_asked: Any, field: str, condition: str) -> Iterator[Fault]:
    """A conditional field stays out while its condition does not hold."""
    if not is_asked and value not in (None, [], ()):
        yield Fault("V-FMT", "only_for", field, {"condition": condition})


def only_with(draft: Any, name: str, condition: str, *, holds: bool) -> Iterator[Fault]:
    """A field that is given exactly where its condition holds."""
    yield from needed(getattr(draft, name), holds, name)
    yield from only_for(getattr(draft, name), holds, name, condition)


def listed_once(values: Iterable[Any] | None, field: str) -> Iterator[Fault]:
    """No value stands twice; `field` holds `{}` where the index goes."""
    seen: set[Any] = set()
    for index, value in enumerate(values or ()):
        if value in seen:
            yield Fault("V-DUP", "listed_twice", field.format(index), {"name": str(value)})
        seen.add(value)


def whole_pieces(parts: Iterable[Spare | ReplacedPart] | None, field: str) -> Iterator[Fault]:
    """What is counted by the piece is a whole number (R-2.3.3-b)."""
    for index, part in enumerate(parts or ()):
        if part.unit.casefold().rstrip(".") in PIECES and part.qty != int(part.qty):
            yield Fault("V-RANGE", "whole_pieces", f"{field}[{index}].qty", {"name": part.unit})
