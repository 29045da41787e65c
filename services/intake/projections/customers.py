"""customers: the register of customer firms, as it is listed. Contacts stand by id only; their names in people."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from shared.events.customer import CustomerRegistered, CustomerServiceStarted
from shared.events.envelope import Recorded, person_of_record
from shared.projections.projection import Projection
from shared.projections.reference import Reference


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
    event: CustomerRegistered | CustomerServiceStarted,
    reference: Reference,
) -> Sequence[CustomerRow]:
    """The firm as registered, or as it is served from now on."""
    if isinstance(event, CustomerServiceStarted):
        version, sequence = recorded.meta.version, recorded.sequence
        started = event.started_on
        if current is None:
            return ()
        return (replace(current, version=version, sequence=sequence, in_service_since=started),)
    row = CustomerRow(
        recorded.aggregate_id,
        recorded.meta.version,
        recorded.sequence,
        event.customer_no,
        event.customer_name,
        event.language.value,
        event.key_account,
        event.payment_hold,
        [contact.person_id for contact in event.contacts],
        [site.site for site in event.sites],
        [site.zone.value for site in event.sites],
        person_of_record(recorded.meta),
    )
    return (row,)


_BY_REGISTRAR = "create index on {table} (registered_by)"
CUSTOMERS = Projection(
    name="customers",
    version=2,
    kinds=frozenset({"customer"}),
    handles=frozenset({"CustomerRegistered", "CustomerServiceStarted"}),
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
