"""customers: the register of customer firms, as it is listed. Contacts stand by id only; their names in people."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.events.customer import CustomerFields, CustomerRegistered, CustomerRevised, CustomerServiceStarted
from shared.events.envelope import Recorded, person_of_record
from shared.masters.revision import given
from shared.projections.projection import Projection
from shared.projections.reference import Reference

_AS_GIVEN = frozenset({"customer_name", "language", "key_account", "payment_hold"})


class CustomerRow(Struct, frozen=True):
    """A customer firm, by whom it was registered, and since when it is served (None: not yet)."""

    aggregate_id: str
    version: int
    sequence: int
    customer_no: str
    customer_name: str
    language: str
    key_account: bool
    payment_hold: bool
    contact_ids: list[str]
    sites: list[str]
    zones: list[str]
    registered_by: str
    in_service_since: date | None = None


def apply(
    current: CustomerRow | None,
    recorded: Recorded,
    event: CustomerRegistered | CustomerRevised | CustomerServiceStarted,
    reference: Reference,
) -> Sequence[CustomerRow]:
    """The firm as registered, as a revision leaves it, or as it is served from now on."""
    place: dict[str, Any] = {"version": recorded.meta.version, "sequence": recorded.sequence}
    if isinstance(event, CustomerRegistered):
        registrar = person_of_record(recorded.meta)
        nothing = CustomerRow(
            recorded.aggregate_id, 0, 0, event.customer_no, "", "", False, False, [], [], [], registrar
        )
        return (replace(nothing, **place, **_said(event)),)
    if current is None:
        return ()
    if isinstance(event, CustomerServiceStarted):
        return (replace(current, **place, in_service_since=event.started_on),)
    return (replace(current, **place, **_said(event.fields)),)


def _said(fields: CustomerRegistered | CustomerFields) -> dict[str, Any]:
    """The columns that these fields say something about."""
    found = {name: value for name, value in given(fields).items() if name in _AS_GIVEN}
    if fields.contacts is not None:
        found["contact_ids"] = [contact.person_id for contact in fields.contacts]
    if fields.sites is not None:
        found |= {"sites": [one.site for one in fields.sites], "zones": [one.zone.value for one in fields.sites]}
    return found


_BY_REGISTRAR = "create index on {table} (registered_by)"
CUSTOMERS = Projection(
    name="customers",
    version=3,
    kinds=frozenset({"customer"}),
    handles=frozenset({"CustomerRegistered", "CustomerRevised", "CustomerServiceStarted"}),
    row=CustomerRow,
    key=("aggregate_id",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    customer_no text not null,
    customer_name text not null,
    language text not null,
    key_account boolean not null,
    payment_hold boolean not null,
    contact_ids text[] not null,
    sites text[] not null,
    zones text[] not null,
    registered_by text not null,
    in_service_since date)""",
    indexes=("create index on {table} (customer_no)", "create index on {table} using gin (contact_ids)", _BY_REGISTRAR),
    apply=apply,
    carries=True,
    module=__name__,
)
