"""overdue_responses: when the first response to each case was due and when it came. "Overdue now" is a question."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.clocks.clock import due, response_start, target_of
from shared.events.case.followup import SlaBreached
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived, InfoSupplemented
from shared.events.case.triage import Classified
from shared.events.envelope import Recorded
from shared.events.vocabulary import ClockName, Urgency
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class Response(Struct, frozen=True):
    """The first response clock of a case. `due_at` None: the policy sets no target."""

    aggregate_id: str
    version: int
    sequence: int
    urgency: str
    is_classified: bool
    customer_id: str | None
    started_at: datetime
    due_at: datetime | None
    policy_version: int
    acknowledged_at: datetime | None
    breached_at: datetime | None


def apply(current: Response | None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[Response]:
    """The clock after one more event. Raises: LookupError when the case was never registered."""
    meta = recorded.meta
    if isinstance(event, FeedbackReceived):
        row = _started(recorded, event)
    elif current is None:
        raise LookupError("the case was never registered")
    else:
        row = _moved(replace(current, version=meta.version, sequence=recorded.sequence), event)
    return (replace(row, due_at=_due(row, reference)),)


def _started(recorded: Recorded, event: FeedbackReceived) -> Response:
    urgency = event.claimed_urgency if isinstance(event.claimed_urgency, Urgency) else Urgency.NORMAL
    return Response(
        recorded.aggregate_id,
        recorded.meta.version,
        recorded.sequence,
        urgency.value,
        False,
        event.customer_id,
        response_start(event),
        None,
        event.policy_version,
        None,
        None,
    )


def _moved(row: Response, event: Any) -> Response:
    match event:
        case CaseAcknowledged():
            return replace(row, acknowledged_at=event.ack_at)
        case Classified():
            return replace(row, urgency=event.urgency.value, is_classified=True)
        case SlaBreached() if event.clock is ClockName.FIRST_RESPONSE:
            return replace(row, breached_at=event.due_at)
        case InfoSupplemented():
            urgency = event.fields.claimed_urgency
            if urgency is not None and not row.is_classified:
                row = replace(row, urgency=urgency.value)
            return replace(row, customer_id=event.customer_id or row.customer_id)
        case _:
            return row


def _due(row: Response, reference: Reference) -> datetime | None:
    levels = reference.levels(row.policy_version)
    target = target_of(levels, ClockName.FIRST_RESPONSE, Urgency(row.urgency)) if levels is not None else None
    return due(row.started_at, target) if target is not None else None


OVERDUE_RESPONSES = Projection(
    name="overdue_responses",
    version=1,
    kinds=frozenset({"case"}),
    handles=frozenset({"FeedbackReceived", "InfoSupplemented", "CaseAcknowledged", "Classified", "SlaBreached"}),
    row=Response,
    key=("aggregate_id",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    urgency text not null,
    is_classified boolean not null,
    customer_id text,
    started_at timestamptz not null,
    due_at timestamptz,
    policy_version integer not null,
    acknowledged_at timestamptz,
    breached_at timestamptz)""",
    indexes=("create index on {table} (due_at) where acknowledged_at is null",),
    apply=apply,
    carries=True,
    module=__name__,
)
