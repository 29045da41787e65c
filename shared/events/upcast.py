"""Old shapes of events become the newest one when they are read; what is stored never changes.

A new optional field has a default and needs nothing here. Anything else raises the number in SCHEMAS and
adds one pure step `dict -> dict` from the shape before. A changed meaning is a new event type instead.
"""

from collections.abc import Callable
from typing import Any

import msgspec

SCHEMAS: dict[str, int] = {}
"""The newest schema number of each event type that is not 1."""

STEPS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""(type, n): the step from schema n to n + 1."""


def schema_of(type: str) -> int:
    """The schema number that this release writes."""
    return SCHEMAS.get(type, 1)


def upcast(type: str, schema: int, raw: msgspec.Raw) -> bytes | msgspec.Raw:
    """The data of an event in the newest shape, as JSON. Raises: ValueError for a schema of the future."""
    newest = schema_of(type)
    if schema == newest:
        return raw
    if schema > newest:
        raise ValueError(f"{type} has schema {schema}, this release knows {newest}")
    fields = msgspec.json.decode(raw)
    for number in range(schema, newest):
        fields = STEPS[type, number](fields)
    return msgspec.json.encode(fields)
