"""What triage knows: urgency, type and fault, warranty, price, what was consulted, tried from afar and sent."""

from datetime import datetime

from msgspec import Struct

from shared.events.vocabulary import (
    Charge,
    Liability,
    ProblemType,
    RemoteOutcome,
    Route,
    Urgency,
    UrgencyBasis,
    Verdict,
)


class Warranty(Struct, frozen=True):
    """What the last assessment said."""

    verdict: Verdict
    liability: Liability
    charge: Charge


class Consultation(Struct, frozen=True):
    """A consultation: the event that asked for it and, once it was held, the event with its minutes."""

    event_id: str
    requested_at: datetime
    held_at: datetime | None = None
    held_event_id: str = ""
    route: Route | None = None


class RemoteSession(Struct, frozen=True):
    """A session of remote support and what it came to."""

    event_id: str
    outcome: RemoteOutcome
    started_at: datetime
    ended_at: datetime
    cycle: int


class Quotation(Struct, frozen=True):
    """A price that the customer was told; `is_accepted` None: not decided."""

    quote_no: str
    total_fen: int
    valid_until: datetime
    issued_at: datetime
    is_accepted: bool | None = None
    decided_at: datetime | None = None


class Shipment(Struct, frozen=True):
    """Spare parts under way to the customer; `received_at` None: not there."""

    event_id: str
    shipped_at: datetime
    received_at: datetime | None = None


class TriageFacts(Struct, frozen=True):
    """Urgency, type and fault as triage last set them; warranty; quotations; what was consulted, tried and sent."""

    urgency: Urgency | None = None
    urgency_basis: frozenset[UrgencyBasis] = frozenset()
    problem_type: ProblemType | None = None
    fault_code: str | None = None
    cause_code: str | None = None
    classified_at: datetime | None = None
    reclassified_at: datetime | None = None
    warranty: Warranty | None = None
    quotations: tuple[Quotation, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    sessions: tuple[RemoteSession, ...] = ()
    shipments: tuple[Shipment, ...] = ()
