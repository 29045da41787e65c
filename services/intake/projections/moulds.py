"""moulds: the register of delivered moulds, as it is listed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.events.envelope import Recorded
from shared.events.mould import MouldMoved, MouldRegistered, MouldScrapped, ShotsReported
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class MouldRow(Struct, frozen=True):
    """A mould; drawings as `number revision`. `site` where it runs, None: not told; `shots` of the last reading."""

    aggregate_id: str
    version: int
    sequence: int
    mould_no: str
    mould_name: str
    kind: str
    model: str
    spec: str
    customer_id: str
    order_no: str
    delivery_date: date
    customer_mould_no: str | None
    cavities: int | None
    guaranteed_shots: int | None
    drawings: list[str]
    site: str | None = None
    shots: int | None = None
    shots_read_at: datetime | None = None
    shots_estimated: bool | None = None
    is_scrapped: bool = False


Event = MouldRegistered | ShotsReported | MouldMoved | MouldScrapped


def apply(current: MouldRow | None, recorded: Recorded, event: Event, reference: Reference) -> Sequence[MouldRow]:
    """The mould as registered, and what became of it since."""
    if not isinstance(event, MouldRegistered):
        place: dict[str, Any] = {"version": recorded.meta.version, "sequence": recorded.sequence}
        return () if current is None else (replace(current, **place, **_became(current, event)),)
    row = MouldRow(
        recorded.aggregate_id,
        recorded.meta.version,
        recorded.sequence,
        event.mould_no,
        event.mould_name,
        event.kind.value,
        event.model,
        event.spec,
        event.customer_id,
        event.order_no,
        event.delivery_date,
        event.customer_mould_no,
        event.cavities,
        event.guaranteed_shots,
        [f"{drawing.doc_id} {drawing.revision}" for drawing in event.drawings],
    )
    return (row,)


def _became(row: MouldRow, event: ShotsReported | MouldMoved | MouldScrapped) -> dict[str, Any]:
    match event:
        case ShotsReported():
            return {"shots": event.shots, "shots_read_at": event.read_at, "shots_estimated": event.estimated}
        case MouldMoved():
            return {"site": event.to_site, "customer_id": event.to_customer_id or row.customer_id}
        case MouldScrapped():
            return {"is_scrapped": True}


MOULDS = Projection(
    name="moulds",
    version=2,
    kinds=frozenset({"mould"}),
    handles=frozenset({"MouldRegistered", "ShotsReported", "MouldMoved", "MouldScrapped"}),
    row=MouldRow,
    key=("aggregate_id",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    mould_no text not null,
    mould_name text not null,
    kind text not null,
    model text not null,
    spec text not null,
    customer_id text not null,
    order_no text not null,
    delivery_date date not null,
    customer_mould_no text,
    cavities bigint,
    guaranteed_shots bigint,
    drawings text[] not null,
    site text,
    shots bigint,
    shots_read_at timestamptz,
    shots_estimated boolean,
    is_scrapped boolean not null)""",
    indexes=("create index on {table} (mould_no)", "create index on {table} (customer_id)"),
    apply=apply,
    carries=True,
    module=__name__,
)
