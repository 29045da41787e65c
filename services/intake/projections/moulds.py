"""moulds: the register of delivered moulds, as it is listed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.events.envelope import Recorded
from shared.events.mould import (
    MouldFields,
    MouldMoved,
    MouldRegistered,
    MouldRevised,
    MouldScrapped,
    ShotsReported,
    WarrantyTermsSet,
)
from shared.masters.revision import given
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class MouldRow(Struct, frozen=True):
    """A mould; drawings as `number revision`; the warranty that its contract grants, empty while none was set.

    `site` where it runs, None: not told; `shots` of the last reading.
    """

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
    warranty_start: date | None
    warranty_start_basis: str | None
    warranty_months: int | None
    warranty_shots: int | None
    warranty_exclusions: list[str]
    contract_ref: str | None
    site: str | None = None
    shots: int | None = None
    shots_read_at: datetime | None = None
    shots_estimated: bool | None = None
    is_scrapped: bool = False


_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("customer_mould_no", "cavities", "guaranteed_shots", "contract_ref")),
    **dict.fromkeys(("warranty_start", "warranty_start_basis", "warranty_months", "warranty_shots")),
    "warranty_exclusions": [],
}
"""What a registration need not say."""

Change = MouldRevised | WarrantyTermsSet | ShotsReported | MouldMoved | MouldScrapped


def apply(
    current: MouldRow | None, recorded: Recorded, event: MouldRegistered | Change, reference: Reference
) -> Sequence[MouldRow]:
    """The mould as registered, and what became of it since."""
    place: dict[str, Any] = {"version": recorded.meta.version, "sequence": recorded.sequence}
    if isinstance(event, MouldRegistered):
        number = {"aggregate_id": recorded.aggregate_id, "mould_no": event.mould_no}
        return (MouldRow(**{**_NOTHING, **number, **place, **_said(event)}),)
    return () if current is None else (replace(current, **place, **_became(current, event)),)


def _said(fields: MouldRegistered | MouldFields) -> dict[str, Any]:
    """The columns that these fields say something about."""
    found = {name: value for name, value in given(fields).items() if name not in ("mould_no", "kind", "drawings")}
    if fields.kind is not None:
        found["kind"] = fields.kind.value
    if fields.drawings is not None:
        found["drawings"] = [f"{drawing.doc_id} {drawing.revision}" for drawing in fields.drawings]
    return found


def _terms(terms: WarrantyTermsSet) -> dict[str, Any]:
    return {
        "warranty_start": terms.start,
        "warranty_start_basis": terms.start_basis.value,
        "warranty_months": terms.months,
        "warranty_shots": terms.shots,
        "warranty_exclusions": terms.exclusions,
        "contract_ref": terms.contract_ref,
    }


def _became(row: MouldRow, event: Change) -> dict[str, Any]:
    match event:
        case MouldRevised():
            return _said(event.fields)
        case WarrantyTermsSet():
            return _terms(event)
        case ShotsReported():
            return {"shots": event.shots, "shots_read_at": event.read_at, "shots_estimated": event.estimated}
        case MouldMoved():
            return {"site": event.to_site, "customer_id": event.to_customer_id or row.customer_id}
        case MouldScrapped():
            return {"is_scrapped": True}


MOULDS = Projection(
    name="moulds",
    version=3,
    kinds=frozenset({"mould"}),
    handles=frozenset(
        {"MouldRegistered", "MouldRevised", "WarrantyTermsSet", "ShotsReported", "MouldMoved", "MouldScrapped"}
    ),
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
    warranty_start date,
    warranty_start_basis text,
    warranty_months bigint,
    warranty_shots bigint,
    warranty_exclusions text[] not null,
    contract_ref text,
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
