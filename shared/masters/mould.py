"""What is known of a mould: as registered, its warranty, where it runs, its counter, and whether it still exists."""

from datetime import datetime
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from shared.events.catalogue import MouldEvent
from shared.events.envelope import Meta
from shared.events.mould import (
    MouldMoved,
    MouldRegistered,
    MouldRevised,
    MouldScrapped,
    ShotsReported,
    WarrantyTermsSet,
)
from shared.masters.revision import revised


class ShotCount(Struct, frozen=True):
    """A reading of the counter; estimated where the customer has none."""

    shots: int
    read_at: datetime
    is_estimated: bool


class Mould(Struct, frozen=True):
    """A mould as registered and revised since, with its warranty; `registered` None: the number is free.

    `site` where it runs, None: not told.
    """

    registered: MouldRegistered | None = None
    terms: WarrantyTermsSet | None = None
    site: str | None = None
    count: ShotCount | None = None
    is_scrapped: bool = False


def fold(mould: Mould, event: MouldEvent, meta: Meta) -> Mould:
    """The mould after one more event."""
    match event:
        case MouldRegistered():
            return replace(mould, registered=event)
        case MouldRevised():
            return replace(mould, registered=revised(mould.registered, event.fields))
        case WarrantyTermsSet():
            return replace(mould, terms=event)
        case ShotsReported():
            return replace(mould, count=ShotCount(event.shots, event.read_at, event.estimated))
        case MouldMoved():
            return _moved(mould, event)
        case MouldScrapped():
            return replace(mould, is_scrapped=True)
        case _:
            assert_never(event)


def _moved(mould: Mould, event: MouldMoved) -> Mould:
    """To another site of its customer, or to another customer's."""
    if mould.registered is None or event.to_customer_id is None:
        return replace(mould, site=event.to_site)
    owned = replace(mould.registered, customer_id=event.to_customer_id)
    return replace(mould, registered=owned, site=event.to_site)
