"""channels: the register of the ways on which customers reach us, and whether each works (R-2.1.1-d)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from shared.events.channel import ChannelRegistered, ChannelRevised, ChannelStatusChanged
from shared.events.envelope import Recorded
from shared.events.vocabulary import ChannelStatus
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class ChannelRow(Struct, frozen=True):
    """A channel. `channels_version` counts what customers are to be told anew; `substitute` stands in while DOWN."""

    aggregate_id: str
    version: int
    sequence: int
    channel: str
    address: str
    service_hours: str
    owner: str
    backup_owner: str
    status: str
    checked_at: datetime | None
    substitute: str | None
    channels_version: int


Event = ChannelRegistered | ChannelRevised | ChannelStatusChanged


def apply(current: ChannelRow | None, recorded: Recorded, event: Event, reference: Reference) -> Sequence[ChannelRow]:
    """The channel after one more event."""
    place: dict[str, Any] = {"version": recorded.meta.version, "sequence": recorded.sequence}
    if isinstance(event, ChannelRegistered):
        said: dict[str, Any] = {**asdict(event), "channel": event.channel.value}
        more: dict[str, Any] = {
            "status": ChannelStatus.OPEN.value,
            "checked_at": None,
            "substitute": None,
            "channels_version": 1,
        }
        return (ChannelRow(aggregate_id=recorded.aggregate_id, **place, **said, **more),)
    return () if current is None else (replace(current, **place, **_said(current, event)),)


def _said(current: ChannelRow, event: ChannelRevised | ChannelStatusChanged) -> dict[str, Any]:
    if isinstance(event, ChannelRevised):
        given = {name: value for name, value in asdict(event.fields).items() if value is not None}
        return {**given, "channels_version": current.channels_version + 1}
    return {"status": event.status.value, "checked_at": event.checked_at, "substitute": event.substitute}


CHANNELS = Projection(
    name="channels",
    version=1,
    kinds=frozenset({"channel"}),
    handles=frozenset({"ChannelRegistered", "ChannelRevised", "ChannelStatusChanged"}),
    row=ChannelRow,
    key=("aggregate_id",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    channel text not null,
    address text not null,
    service_hours text not null,
    owner text not null,
    backup_owner text not null,
    status text not null,
    checked_at timestamptz,
    substitute text,
    channels_version integer not null)""",
    apply=apply,
    carries=True,
    module=__name__,
)
