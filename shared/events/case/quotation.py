"""Facts of price: what chargeable work will cost, and the customer's word before it is done (B-05)."""

from typing import Annotated

from msgspec import Struct

from shared.events.shapes import (
    SET_BY_SERVICE,
    Confirmation,
    Fen,
    Instant,
    Note,
    PersonName,
    Quantity,
    Short,
    Signature,
)
from shared.events.vocabulary import QuoteLineKind


class QuoteLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line: so many units at this price each."""

    kind: QuoteLineKind
    qty: Quantity
    unit_price_fen: Fen
    text: Note | None = None


class QuotationIssued(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer was told what the work costs, and until when that holds."""

    quote_no: Short
    lines: list[QuoteLine]
    total_fen: Annotated[int, SET_BY_SERVICE] = 0
    valid_until: Instant


class QuotationDecided(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer accepted the price, or did not."""

    quote_no: Short | None = None
    accepted: bool
    decided_by: PersonName
    reason: Note | None = None
    confirmation: Confirmation | None = None
    signature: Signature | None = None
