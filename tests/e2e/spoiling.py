"""What people get wrong in a form: a body with one thing left out, mistaken or that cannot be."""

import random
from collections.abc import Callable
from typing import Any

Spoil = Callable[[dict[str, Any], random.Random], dict[str, Any]]
"""(body, chance) -> the body as it is sent."""


def as_it_is(body: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Nothing is wrong."""
    return body


def _without_one(body: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    left = chance.choice([*body])
    return {name: value for name, value in body.items() if name != left}


def _with(value: Any) -> Spoil:
    """One field of the body has this value."""
    return lambda body, chance: {**body, chance.choice([*body]): value}


def _nested(body: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    name = chance.choice([*body])
    return {**body, name: [body[name]]}


SPOILS: dict[str, Spoil] = {
    "left out": _without_one,
    "a word that no list has": _with("NO_SUCH_WORD"),
    "an object": _with({"x": 1}),
    "a number below zero": _with(-1),
    "a number beyond all bounds": _with(10**30),
    "an empty text": _with(""),
    "a text without end": _with("长" * 20_001),
    "a character that no table holds": _with("a\x00b"),
    "nothing": _with(None),
    "in a list": _nested,
    "of no form": lambda body, chance: {**body, "no_such_field": 1},
    "a day that does not exist": _with("2026-02-30T00:00:00+08:00"),
    "an event of nobody": _with("00000000-0000-4000-8000-000000000000"),
}
"""What may be wrong, by its name."""
