"""policies: every published version of service levels, calendars and vocabularies, one row for each."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from shared.events.envelope import Recorded
from shared.events.policy import CalendarPublished, SlaPolicyPublished, VocabularyPublished
from shared.masters.policy import Published
from shared.projections.projection import Projection
from shared.projections.reference import Reference

_KINDS = {SlaPolicyPublished: "sla-policy", CalendarPublished: "calendar", VocabularyPublished: "vocabulary"}


class PolicyRow(Struct, frozen=True):
    """One version; `content` as JSON text."""

    aggregate_id: str
    version: int
    sequence: int
    kind: str
    number: int
    effective_from: datetime
    drafted_by: str
    published_by: str
    content_hash: str
    content: str


def apply(current: None, recorded: Recorded, event: Published, reference: Reference) -> Sequence[PolicyRow]:
    """The version that was published."""
    row = PolicyRow(
        recorded.aggregate_id,
        recorded.meta.version,
        recorded.sequence,
        _KINDS[type(event)],
        event.version,
        event.effective_from,
        event.drafted_by,
        recorded.meta.actor,
        event.content_hash,
        msgspec.json.encode(event.content).decode(),
    )
    return (row,)


POLICIES = Projection(
    name="policies",
    version=2,
    kinds=frozenset({"policy"}),
    handles=frozenset(kind.__name__ for kind in _KINDS),
    row=PolicyRow,
    key=("aggregate_id", "version"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    kind text not null,
    number integer not null,
    effective_from timestamptz not null,
    drafted_by text not null,
    published_by text not null,
    content_hash text not null,
    content text not null)""",
    apply=apply,
    appends=True,
    module=__name__,
)
