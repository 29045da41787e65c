"""moulds: the register of delivered moulds, as it is listed."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from shared.events.envelope import Recorded
from shared.events.mould import MouldRegistered
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class MouldRow(Struct, frozen=True):
    """A mould; drawings as `number revision`."""

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


def apply(current: None, recorded: Recorded, event: MouldRegistered, reference: Reference) -> Sequence[MouldRow]:
    """The mould as registered."""
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


MOULDS = Projection(
    name="moulds",
    version=1,
    kinds=frozenset({"mould"}),
    handles=frozenset({"MouldRegistered"}),
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
    drawings text[] not null)""",
    indexes=("create index on {table} (mould_no)", "create index on {table} (customer_id)"),
    apply=apply,
    module=__name__,
)
