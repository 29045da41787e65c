"""Facts about a mould that was delivered to a customer."""

from typing import Annotated

from msgspec import Struct

from shared.events.shapes import SET_BY_SERVICE, Count, CustomerId, Day, Drawing, Instant, Note, Positive, Short
from shared.events.vocabulary import MouldKind, StartBasis


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


class MouldFields(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What may be revised of a mould, by the names of its registration: all but the number.

    Only what is given changes; a list takes the place of the whole list before.
    """

    mould_name: Short | None = None
    kind: MouldKind | None = None
    model: Short | None = None
    spec: Short | None = None
    customer_id: CustomerId | None = None
    order_no: Short | None = None
    delivery_date: Day | None = None
    customer_mould_no: Short | None = None
    cavities: Positive | None = None
    guaranteed_shots: Positive | None = None
    drawings: list[Drawing] | None = None


class MouldRevised(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The register says something else of a mould from now on, and why; `previous` is what it said before."""

    fields: MouldFields
    reason: Note
    previous: Annotated[MouldFields, SET_BY_SERVICE] = MouldFields()


class WarrantyTermsSet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The warranty that the contract grants for a mould, by time or shots, whichever ends first (B-01)."""

    start: Day
    start_basis: StartBasis
    months: Positive | None = None
    shots: Positive | None = None
    exclusions: list[Short] = []
    contract_ref: Short
