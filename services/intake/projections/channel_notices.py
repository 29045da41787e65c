"""channel_notices: what each customer was last told of each channel (R-2.1.1-e)."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.events.channel import ChannelNoticeSent
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class NoticeRow(Struct, frozen=True):
    """The newest notice to a customer of a channel, and the version of the channel that it told of."""

    aggregate_id: str
    version: int
    sequence: int
    customer_id: str
    notice_id: str
    channels_version: int
    medium: str
    sent_at: datetime
    delivered: bool | None


def apply(current: None, recorded: Recorded, event: ChannelNoticeSent, reference: Reference) -> Sequence[NoticeRow]:
    """The notice as it was sent."""
    row = NoticeRow(
        recorded.aggregate_id,
        recorded.meta.version,
        recorded.sequence,
        event.customer_id,
        event.notice_id,
        event.channels_version,
        event.medium.value,
        event.sent_at,
        event.delivered,
    )
    return (row,)


CHANNEL_NOTICES = Projection(
    name="channel_notices",
    version=1,
    kinds=frozenset({"channel"}),
    handles=frozenset({"ChannelNoticeSent"}),
    row=NoticeRow,
    key=("aggregate_id", "customer_id"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    customer_id text not null,
    notice_id text not null,
    channels_version integer not null,
    medium text not null,
    sent_at timestamptz not null,
    delivered boolean)""",
    apply=apply,
    module=__name__,
)
