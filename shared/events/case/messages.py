"""Facts of word to the customer: a message that was asked for, and one that was sent (B-20)."""

from msgspec import Struct

from shared.events.shapes import Attachment, Code, Count, EventId, Instant, Long, PersonalAddress, Short
from shared.events.vocabulary import Channel, Notice


class Appointment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A visit that a message invites to: the request it goes back to, and a number that rises with each change.

    `is_cancelled`: there is no visit any more; then `starts_at` may be missing.
    """

    visit_id: EventId
    number: Count
    starts_at: Instant | None = None
    is_cancelled: bool = False


class MessageRequested(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """This is to be sent to the customer.

    `letter` names the template that wrote the text. `again_of`: the earlier request that is to be sent once more, as
    it was written then.
    """

    via: Channel
    to: PersonalAddress
    text: Long
    trigger: Notice
    attachments: list[Attachment] = []
    letter: Short | None = None
    appointment: Appointment | None = None
    again_of: EventId | None = None


class CustomerNotified(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """This was sent or said to the customer.

    `delivered` True: the customer took it, or the mail server on the way to the customer; False: it was refused or
    came back; None: not known. `outcome` is the server's own word for it, for example `SMTP-550-5.1.1`.
    """

    via: Channel
    to: PersonalAddress
    text: Long
    trigger: Notice
    request_event_id: EventId | None = None
    delivered: bool | None = None
    outcome: Code | None = None
