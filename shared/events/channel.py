"""Facts about the channels on which customers reach us (R-2.1.1-d, -e)."""

from typing import Annotated

from msgspec import Struct

from shared.events.shapes import SET_BY_SERVICE, CustomerId, Instant, Note, Positive, Short, UserName
from shared.events.vocabulary import Channel, ChannelStatus


class ChannelRegistered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A channel entered the register: its address, its hours, who answers for it and who stands in."""

    channel: Channel
    address: Short
    service_hours: Short
    owner: UserName
    backup_owner: UserName


class ChannelFields(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What may change of a channel."""

    address: Short | None = None
    service_hours: Short | None = None
    owner: UserName | None = None
    backup_owner: UserName | None = None


class ChannelRevised(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something of the channel changed; its customers are to be told."""

    fields: ChannelFields
    reason: Note
    previous: Annotated[ChannelFields | None, SET_BY_SERVICE] = None


class ChannelStatusChanged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The channel was tried and can be reached, or not; then another one stands in."""

    status: ChannelStatus
    checked_at: Instant
    substitute: Short | None = None


class ChannelNoticeSent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer was told how we can be reached, in this version of the channels (R-2.1.1-e)."""

    notice_id: Short
    customer_id: CustomerId
    channels_version: Positive
    medium: Channel
    sent_at: Instant
    delivered: bool | None = None
