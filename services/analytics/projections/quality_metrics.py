"""quality_metrics: what each case contributes to the figures M-01 (response time) and M-10 (fault types).

A range begins with each event that changes something, on the axis of recording, so that a figure can be asked as it
was known at any position; sums are made by SQL when they are asked for, so a case that is folded again heals its
figures too.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.clocks.clock import response_start
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived, InfoSupplemented
from shared.events.case.triage import Classified
from shared.events.envelope import Recorded
from shared.events.vocabulary import MouldKind, Urgency
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class Contribution(Struct, frozen=True):
    """What was known of a case from one recording up to but without another. `minutes` of natural time."""

    aggregate_id: str
    version: int
    sequence: int
    to_sequence: int | None
    recorded_from: datetime
    recorded_to: datetime | None
    received_at: datetime
    started_at: datetime
    acknowledged_at: datetime | None
    minutes: float | None
    urgency: str
    is_classified: bool
    mould_kind: str | None
    customer_id: str | None
    customer_name: str | None
    channel: str
    fault_code: str | None
    origin: str


def apply(current: Contribution | None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[Contribution]:
    """The range that ends and the one that begins, none when all stays. Raises: LookupError without a registration."""
    if isinstance(event, FeedbackReceived):
        return (_received(recorded, event),)
    if current is None:
        raise LookupError("the case was never registered")
    moved = _moved(current, event)
    if moved == current:
        return ()
    instant = recorded.meta.recorded_at
    begun = replace(moved, version=recorded.meta.version, sequence=recorded.sequence, recorded_from=instant)
    return replace(current, to_sequence=recorded.sequence, recorded_to=instant), begun


def _known(value: Any) -> Any:
    return getattr(value, "value", value) if isinstance(value, str) else None


def _received(recorded: Recorded, event: FeedbackReceived) -> Contribution:
    urgency = event.claimed_urgency if isinstance(event.claimed_urgency, Urgency) else Urgency.NORMAL
    return Contribution(
        recorded.aggregate_id,
        recorded.meta.version,
        recorded.sequence,
        None,
        recorded.meta.recorded_at,
        None,
        event.received_at,
        response_start(event),
        None,
        None,
        urgency.value,
        False,
        event.mould_kind.value if isinstance(event.mould_kind, MouldKind) else None,
        event.customer_id,
        _known(event.customer_name),
        event.channel.value,
        None,
        recorded.meta.origin,
    )


def _moved(row: Contribution, event: Any) -> Contribution:
    match event:
        case CaseAcknowledged():
            minutes = (event.ack_at - row.started_at).total_seconds() / 60
            return replace(row, acknowledged_at=event.ack_at, minutes=minutes)
        case Classified():
            kind = event.mould_kind.value if event.mould_kind is not None else row.mould_kind
            urgency = event.urgency.value
            return replace(row, urgency=urgency, is_classified=True, fault_code=event.fault_code, mould_kind=kind)
        case InfoSupplemented():
            return _supplemented(row, event)
        case _:
            return row


def _supplemented(row: Contribution, event: InfoSupplemented) -> Contribution:
    fields = event.fields
    urgency = row.urgency
    if fields.claimed_urgency is not None and not row.is_classified:
        urgency = fields.claimed_urgency.value
    return replace(
        row,
        urgency=urgency,
        mould_kind=fields.mould_kind.value if fields.mould_kind is not None else row.mould_kind,
        customer_id=event.customer_id or row.customer_id,
        customer_name=fields.customer_name or row.customer_name,
    )


QUALITY_METRICS = Projection(
    name="quality_metrics",
    version=2,
    kinds=frozenset({"case"}),
    handles=frozenset({"FeedbackReceived", "InfoSupplemented", "CaseAcknowledged", "Classified"}),
    row=Contribution,
    key=("aggregate_id", "version"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    to_sequence bigint,
    recorded_from timestamptz not null,
    recorded_to timestamptz,
    received_at timestamptz not null,
    started_at timestamptz not null,
    acknowledged_at timestamptz,
    minutes double precision,
    urgency text not null,
    is_classified boolean not null,
    mould_kind text,
    customer_id text,
    customer_name text,
    channel text not null,
    fault_code text,
    origin text not null)""",
    indexes=("create index on {table} (received_at)",),
    apply=apply,
    carries=True,
    ranges=True,
    module=__name__,
)
