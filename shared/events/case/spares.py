"""Facts of spare parts: sent by post, reserved, issued, returned (B-10)."""

from msgspec import Struct

from shared.events.shapes import EventId, Instant, Note, Quantity, Short, Spare, UserName
from shared.events.vocabulary import Charge, SpareCondition


class SpareShipped(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parts went to the customer, who fits them with our guidance (norm 2.1.3, wear parts)."""

    parts: list[Spare]
    carrier: Short
    tracking_no: Short
    shipped_at: Instant
    charge: Charge


class SpareReceived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer has the parts, all of them or with this difference."""

    shipped_event_id: EventId | None = None
    received_at: Instant
    complete: bool
    difference: Note | None = None


class StoredPart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a store and how many of it, in a unit."""

    part_no: Short
    qty: Quantity
    unit: Short
    batch: Short | None = None


class SparesReserved(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parts are kept for this case."""

    store: Short
    parts: list[StoredPart]


class SparesIssued(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parts left the store with somebody."""

    store: Short
    parts: list[StoredPart]
    to_person: UserName
    reason: Note | None = None


class SparesReturned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parts that were not used came back to the store."""

    store: Short
    parts: list[StoredPart]
    condition: SpareCondition
