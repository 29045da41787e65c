"""What is known of a mould."""

from typing import assert_never

import msgspec
from msgspec import Struct

from shared.events.envelope import Meta
from shared.events.mould import MouldRegistered, MouldRevised, WarrantyTermsSet
from shared.masters.revision import revised

MouldEvent = MouldRegistered | MouldRevised | WarrantyTermsSet


class Mould(Struct, frozen=True):
    """A mould as registered and revised since, with its warranty; `registered` None: the number is free."""

    registered: MouldRegistered | None = None
    terms: WarrantyTermsSet | None = None


def fold(mould: Mould, event: MouldEvent, meta: Meta) -> Mould:
    """The mould after one more event."""
    match event:
        case MouldRegistered():
            return Mould(event)
        case MouldRevised():
            return msgspec.structs.replace(mould, registered=revised(mould.registered, event.fields))
        case WarrantyTermsSet():
            return msgspec.structs.replace(mould, terms=event)
        case _:
            assert_never(event)
