"""log: the verbatim copy of every event, payload byte by byte, as a second place where the log stands."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class LogRow(Struct, frozen=True):
    """One event. The headers of the log are copies of what the payload says, kept under the same names here."""

    aggregate_id: str
    version: int
    sequence: int
    subject: str
    event_id: str
    event_type: str
    command_id: str
    recorded_at: datetime
    payload: bytes
    hash: str


def apply(current: None, recorded: Recorded, event: None, reference: Reference) -> Sequence[LogRow]:
    """The event as it stands in the log."""
    meta = recorded.meta
    row = LogRow(
        recorded.subject.removeprefix("evt."),
        meta.version,
        recorded.sequence,
        recorded.subject,
        meta.event_id,
        meta.type,
        meta.command_id,
        meta.recorded_at,
        recorded.payload,
        recorded.hash,
    )
    return (row,)


LOG = Projection(
    name="log",
    version=2,
    kinds=frozenset(),
    row=LogRow,
    key=("sequence",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    subject text not null,
    event_id text not null,
    event_type text not null,
    command_id text not null,
    recorded_at timestamptz not null,
    payload bytea not null,
    hash text not null)""",
    indexes=(
        "create unique index on {table} (aggregate_id, version)",
        "create index on {table} (event_type, aggregate_id)",
    ),
    apply=apply,
    appends=True,
    verbatim=True,
    module=__name__,
)
