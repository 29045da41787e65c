"""The rules of channels and of beginning to serve a customer. Pure (R-2.1.1-d, -e)."""

from collections.abc import Iterator

import msgspec

from shared.events.channel import (
    ChannelFields,
    ChannelNoticeSent,
    ChannelRegistered,
    ChannelRevised,
    ChannelStatusChanged,
)
from shared.events.customer import CustomerServiceStarted
from shared.events.vocabulary import ChannelStatus
from shared.masters.channel import Channel
from shared.masters.customer import Customer
from shared.rules.acting import our_people, refuse
from shared.rules.fields import needed
from shared.rules.instants import not_ahead
from shared.store.order import Fault, Known, Order, Refused


def check_channel(order: Order, channel: Channel, known: Known) -> Iterator[Fault]:
    """Answered for by two different people of ours (R-2.1.1-d)."""
    draft: ChannelRegistered = order.draft
    yield from _owned(draft.owner, draft.backup_owner, known)


def _owned(owner: str | None, backup: str | None, known: Known, prefix: str = "") -> Iterator[Fault]:
    for name, user in (("owner", owner), ("backup_owner", backup)):
        if user is not None:
            yield from our_people(known, [user], f"{prefix}{name}")
    if owner is not None and owner == backup:
        yield Fault("V-RANGE", "own_backup", f"{prefix}backup_owner")


def register_channel(order: Order, channel: Channel, known: Known) -> ChannelRegistered:
    """A channel enters the register."""
    draft: ChannelRegistered = order.draft
    return draft


def check_revision(order: Order, channel: Channel, known: Known) -> Iterator[Fault]:
    """Something changes, and still two different people answer for it."""
    draft: ChannelRevised = order.draft
    if draft.fields is None or channel.registered is None:
        return
    if not _given(draft.fields):
        yield Fault("V-REQ", "nothing_changes", "fields")
    owner = draft.fields.owner or channel.registered.owner
    yield from _owned(owner, draft.fields.backup_owner or channel.registered.backup_owner, known, "fields.")


def _given(fields: ChannelFields) -> dict[str, object]:
    return {name: value for name, value in msgspec.structs.asdict(fields).items() if value is not None}


def revise_channel(order: Order, channel: Channel, known: Known) -> ChannelRevised:
    """What changed, with what it was before."""
    draft: ChannelRevised = order.draft
    before = {name: getattr(channel.registered, name) for name in _given(draft.fields)}
    return msgspec.structs.replace(draft, previous=ChannelFields(**before))


def check_status(order: Order, channel: Channel, known: Known) -> Iterator[Fault]:
    """A channel that is down names one that stands in (R-2.1.1-d)."""
    draft: ChannelStatusChanged = order.draft
    yield from not_ahead(order, "checked_at")
    yield from needed(draft.substitute, draft.status is ChannelStatus.DOWN, "substitute")


def set_channel_status(order: Order, channel: Channel, known: Known) -> ChannelStatusChanged:
    """How the channel was found when it was tried."""
    draft: ChannelStatusChanged = order.draft
    return draft


def check_notice(order: Order, channel: Channel, known: Known) -> Iterator[Fault]:
    """A notice of its own, sent by now."""
    draft: ChannelNoticeSent = order.draft
    yield from not_ahead(order, "sent_at")
    if any(one.notice_id == draft.notice_id for one in channel.notices):
        yield Fault("V-DUP", "notice_sent_already", "notice_id", {"name": draft.notice_id})


def send_notice(order: Order, channel: Channel, known: Known) -> ChannelNoticeSent:
    """A customer was told of the channel as it is now (R-2.1.1-e)."""
    draft: ChannelNoticeSent = order.draft
    if draft.channels_version != channel.version:
        raise Refused(Fault("C-VER", "channel_changed", "channels_version", {"name": channel.version}))
    return draft


def start_service(order: Order, customer: Customer, known: Known) -> CustomerServiceStarted:
    """A customer who was told how to reach us is served, once (R-2.1.1-e)."""
    draft: CustomerServiceStarted = order.draft
    refuse(_told(order, known.get("channel", draft.channel_id)), _not_yet(customer))
    return draft


def _told(order: Order, channel: Channel | None) -> Iterator[Fault]:
    draft: CustomerServiceStarted = order.draft
    told = {(one.notice_id, one.customer_id) for one in channel.notices} if channel is not None else set()
    if (draft.notice_id, order.aggregate_id) not in told:
        yield Fault("S-GUARD", "no_notice", "notice_id", {"name": draft.notice_id})


def _not_yet(customer: Customer) -> Iterator[Fault]:
    if customer.in_service_since is not None:
        yield Fault("S-GUARD", "served_already")
