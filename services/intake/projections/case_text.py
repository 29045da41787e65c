"""case_text: the opened words of each event of a case, for reading and for search. Goes when a person is erased.

Rows are only added. That of a correcting event holds the words of its target as they count then, and takes its place
in searches from there on.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from shared.events.catalogue import BY_KIND
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reader import Corrected
from shared.projections.reference import Reference
from shared.projections.search_text import normalised, words_of

_NO_TEXT = re.compile(r"sealed:|sha256:|raw:|(?:[A-Z0-9_]+|\d{4}-\d\d-\d\dT[0-9:.Z+-]+)\Z")
"""References, codes and instants."""
_NO_WORDS = frozenset({"contact_id", "contact_phone", "customer_id", "mould_id", "file_ref", "calendar_version"})


class CaseText(Struct, frozen=True):
    """The opened fields of one event as JSON text, and its words for search; `revises` is the version of the event
    whose words these are now."""

    aggregate_id: str
    version: int
    sequence: int
    type: str
    occurred_at: datetime
    fields: str
    body: str
    words: str
    revises: int | None


def apply(
    corrected: Corrected | None, recorded: Recorded, event: Mapping[str, Any], reference: Reference
) -> Sequence[CaseText]:
    """One row for each event."""
    said, revises = (event, None) if corrected is None else _revised(corrected, event)
    body = normalised("\n".join(texts(said)))
    row = CaseText(
        recorded.aggregate_id,
        recorded.meta.version,
        recorded.sequence,
        recorded.meta.type,
        recorded.meta.occurred_at,
        msgspec.json.encode(event).decode().replace("\\u0000", " "),
        body,
        words_of(body),
        revises,
    )
    return (row,)


def _revised(corrected: Corrected, event: Mapping[str, Any]) -> tuple[list[Any], int | None]:
    """What a corrected event says now (nothing when it is voided) with the reason, and its version."""
    target = event["target_event_id"]
    said = [told.fields for one, told in corrected.counting if one.meta.event_id == target]
    versions = (one.meta.version for one in corrected.events if one.meta.event_id == target)
    return [*said, event["reason"]], next(versions, None)


def texts(value: Any) -> list[str]:
    """Every text in the fields of an event that a person may search for."""
    found: list[str] = []
    _collect(value, found)
    return found


def _collect(value: Any, found: list[str]) -> None:
    if isinstance(value, str):
        if not _NO_TEXT.match(value):
            found.append(value.removeprefix("note:"))
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NO_WORDS:
                _collect(inner, found)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, found)


CASE_TEXT = Projection(
    name="case_text",
    version=3,
    kinds=frozenset({"case"}),
    handles=frozenset(event.__name__ for event in BY_KIND["case"]),
    row=CaseText,
    key=("aggregate_id", "version"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    type text not null,
    occurred_at timestamptz not null,
    fields text not null,
    body text not null,
    words tsvector not null,
    revises integer)""",
    indexes=(
        "create index on {table} using gin (words) with (fastupdate = on)",
        "create index on {table} (aggregate_id, revises) where revises is not null",
    ),
    apply=apply,
    appends=True,
    opens=True,
    module=__name__,
)
