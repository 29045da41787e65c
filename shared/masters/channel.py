"""What is known of a channel: how it reaches us, who answers for it, whether it works, and who was told of it."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import asdict, replace

from shared.events.catalogue import ChannelEvent
from shared.events.channel import ChannelNoticeSent, ChannelRegistered, ChannelRevised, ChannelStatusChanged
from shared.events.envelope import Meta
from shared.events.vocabulary import ChannelStatus


class Told(Struct, frozen=True):
    """A notice to a customer, and the version of the channel it told of."""

    notice_id: str
    customer_id: str
    channels_version: int


class Channel(Struct, frozen=True):
    """A channel; `registered` None: nothing is known. `version` counts what customers are to be told anew."""

    registered: ChannelRegistered | None = None
    version: int = 0
    status: ChannelStatus = ChannelStatus.OPEN
    notices: tuple[Told, ...] = ()


def fold(channel: Channel, event: ChannelEvent, meta: Meta) -> Channel:
    """The channel after one more event."""
    match event:
        case ChannelRegistered():
            return replace(channel, registered=event, version=1)
        case ChannelRevised():
            changes = {name: value for name, value in asdict(event.fields).items() if value is not None}
            revised = replace(channel.registered, **changes) if channel.registered is not None else None
            return replace(channel, registered=revised, version=channel.version + 1)
        case ChannelStatusChanged():
            return replace(channel, status=event.status)
        case ChannelNoticeSent():
            told = Told(event.notice_id, event.customer_id, event.channels_version)
            return replace(channel, notices=(*channel.notices, told))
        case _:
            assert_never(event)
