"""Facts of word to the customer: a message that was asked for, and one that was sent (B-20)."""

from msgspec import Struct

from shared.events.shapes import EventId, Long, PersonalShort
from shared.events.vocabulary import Channel, Notice


class MessageRequested(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """This is to be sent to the customer."""

    via: Channel
    to: PersonalShort
    text: Long
    trigger: Notice


class CustomerNotified(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """This was sent or said to the customer; `delivered` None: not known."""

    via: Channel
    to: PersonalShort
    text: Long
    trigger: Notice
    request_event_id: EventId | None = None
    delivered: bool | None = None
