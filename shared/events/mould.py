"""Facts about a mould that was delivered to a customer."""

from msgspec import Struct

from shared.events.shapes import CustomerId, Day, Drawing, Positive, Short
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
