"""record_text: the opened words of records that are no cases: findings, measures, reasons of revisions.

Beside people and case_text the third place where sealed text stands open. It holds no person's address: registrations
and revisions of customers, which name their contacts, are left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class RecordText(Struct, frozen=True):
    """The opened fields of one event as JSON text."""

    aggregate_id: str
    version: int
    sequence: int
    fields: str


def apply(current: None, recorded: Recorded, event: Mapping[str, Any], reference: Reference) -> Sequence[RecordText]:
    """One row for each event."""
    fields = msgspec.json.encode(event).decode().replace("\\u0000", " ")
    owner = f"{recorded.kind}.{recorded.aggregate_id}"
    return (RecordText(owner, recorded.meta.version, recorded.sequence, fields),)


RECORD_TEXT = Projection(
    name="record_text",
    version=1,
    kinds=frozenset({"improvement", "report", "channel", "mould", "department"}),
    row=RecordText,
    key=("aggregate_id", "version"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    fields text not null)""",
    apply=apply,
    appends=True,
    opens=True,
    module=__name__,
)
