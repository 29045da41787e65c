"""Facts of intake: the report, what was missing from it, and the first response (norm 2.1.1 to 2.1.2)."""

from typing import Annotated, Literal

from msgspec import Struct

from shared.events.shapes import (
    SET_BY_SERVICE,
    Attachment,
    CaseId,
    ContentRef,
    Count,
    CustomerId,
    Day,
    Description,
    Email,
    FreeAddress,
    FreeShort,
    Instant,
    MouldId,
    Note,
    PersonalShort,
    PersonName,
    Phone,
    Short,
    Unknown,
    UserName,
)
from shared.events.vocabulary import CaseKind, Channel, MouldKind, ProductionStatus, Scope, Urgency


class FeedbackReceived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer reported a problem through one of our channels (R-1.2-a, R-2.1.1-a to -c, R-2.1.2-a, -b)."""

    case_kind: CaseKind
    complained_about: UserName | None = None
    remedy_requested: Note | None = None
    channel: Channel
    channel_address: PersonalShort | None = None
    received_at: Instant
    relayed_by: UserName | None = None
    relay_received_at: Instant | None = None
    letter_no: Short | None = None
    arrived_on: Day | None = None
    posted_on: Day | None = None
    raw_content_ref: ContentRef
    message_subject: Note | None = None
    customer_id: CustomerId | None = None
    customer_name: Short | Unknown | None = None
    contact_name: PersonName | Unknown
    contact_phone: Phone | None = None
    contact_email: Email | Unknown | None = None
    site: Short | None = None
    site_address: FreeAddress | None = None
    mould_id: MouldId | None = None
    mould_no: Short | Unknown | None = None
    mould_model: Short | Unknown | None = None
    mould_spec: Short | Unknown | None = None
    mould_kind: MouldKind | Unknown | None = None
    order_no: Short | Unknown | None = None
    mould_name: Short | None = None
    scope: Scope | Unknown
    problem_description: Description | Unknown
    fault_at: Instant | Unknown
    shots_at_fault: Count | None = None
    press: Short | None = None
    material: Short | None = None
    cavity_no: Short | None = None
    production_status: ProductionStatus | Unknown
    claimed_urgency: Urgency | Unknown
    safety_risk: bool | Unknown
    attachments: list[Attachment] = []
    info_due_at: Instant | None = None
    related_case: CaseId | None = None
    not_duplicate_of: list[CaseId] = []
    contact_id: Annotated[str, SET_BY_SERVICE] = ""
    policy_version: Annotated[int, SET_BY_SERVICE] = 0
    calendar_version: Annotated[str, SET_BY_SERVICE] = ""
    vocabulary_version: Annotated[int, SET_BY_SERVICE] = 0


class SuppliedFields(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields of a report that may stand as unknown, by their names there; only those given are supplied."""

    customer_name: Short | None = None
    contact_name: PersonName | None = None
    contact_email: Email | None = None
    mould_no: Short | None = None
    mould_model: Short | None = None
    mould_spec: Short | None = None
    mould_kind: MouldKind | None = None
    order_no: Short | None = None
    scope: Scope | None = None
    problem_description: Description | None = None
    fault_at: Instant | None = None
    production_status: ProductionStatus | None = None
    claimed_urgency: Urgency | None = None
    safety_risk: bool | None = None


class InfoSupplemented(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the caller could not give at first is known now; only fields stored as unknown are filled (R-2.1.2-b)."""

    fields: SuppliedFields
    source: FreeShort
    customer_id: CustomerId | None = None
    mould_id: MouldId | None = None


class InformationWaived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A supervisor lets a case go on without these fields (R-2.1.2-b)."""

    fields: list[Short]
    reason: Note


class CaseAcknowledged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person told the customer: accepted, what happens next, and roughly when (R-2.1.2-d); no machine (R-2.1.2-e)."""

    ack_at: Instant
    ack_channel: Channel
    said_accepted: Literal[True]
    process_explained: Note
    estimate: Note
    reassured: Note | None = None
    next_contact_at: Instant
    auto: Literal[False]
