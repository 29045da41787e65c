"""message_cases: which case was registered from which message of INTAKE, by the worker or by a person."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from shared.events.case.intake import FeedbackReceived
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference

_RAW = "raw:"


class MessageCase(Struct, frozen=True):
    """One case that names a message as its raw content."""

    aggregate_id: str
    version: int
    sequence: int
    position: int


def apply(current: None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[MessageCase]:
    """A row for a report that came as a message; none for calls, files and notes."""
    if not isinstance(event, FeedbackReceived) or not event.raw_content_ref.startswith(_RAW):
        return ()
    position = int(event.raw_content_ref.removeprefix(_RAW))
    return (MessageCase(recorded.aggregate_id, recorded.meta.version, recorded.sequence, position),)


MESSAGE_CASES = Projection(
    name="message_cases",
    version=1,
    kinds=frozenset({"case"}),
    handles=frozenset({FeedbackReceived.__name__}),
    row=MessageCase,
    key=("aggregate_id",),
    table="""
create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    position bigint not null)""",
    indexes=("create index on {table} (position)",),
    apply=apply,
    module=__name__,
)
