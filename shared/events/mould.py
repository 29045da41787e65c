"""Facts about a mould that was delivered to a customer."""

from msgspec import Struct

from shared.events.shapes import Count, CustomerId, Day, Drawing, Instant, Note, Positive, Short
from shared.events.vocabulary import MouldKind


class MouldRegistered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A mould entered the register under its number, with the drawings it was made by."""

    mould_no: Short
    mould_name: Short
    kind: MouldKind
    model: Short
    spec: Short
    customer_id: CustomerId
    order_no: Short
    delivery_date: Day
    customer_mould_no: Short | None = None
    cavities: Positive | None = None
    guaranteed_shots: Positive | None = None
    drawings: list[Drawing] = []


class ShotsReported(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The counter of the mould was read, or estimated where it has none (B-01, B-03)."""

    shots: Count
    read_at: Instant
    estimated: bool
    counter_reset: bool = False


class MouldMoved(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mould runs at another customer's, or at another site of the same one."""

    to_customer_id: CustomerId | None = None
    to_site: Short | None = None
    reason: Note | None = None


class MouldScrapped(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mould no longer exists."""

    reason: Note
