"""Facts of a return to the factory: the mould came, and went back (B-07)."""

from msgspec import Struct

from shared.events.shapes import FileRef, Instant, Note, Short


class MouldReceivedAtFactory(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mould is at our factory and was checked against its packing list and photos."""

    received_at: Instant
    packing_list_ok: bool
    photos: list[FileRef]
    damage: Note | None = None


class MouldReturned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mould is on its way back to the customer, or there."""

    shipped_at: Instant
    carrier: Short
    received_at: Instant | None = None
    condition: Note | None = None
