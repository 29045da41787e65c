"""What is known of a mould."""

from msgspec import Struct

from shared.events.envelope import Meta
from shared.events.mould import MouldRegistered


class Mould(Struct, frozen=True):
    """A mould as registered; `registered` None: the number is free."""

    registered: MouldRegistered | None = None


def fold(mould: Mould, event: MouldRegistered, meta: Meta) -> Mould:
    """The mould after one more event."""
    return Mould(event)
