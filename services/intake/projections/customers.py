"""customers: the register of customer firms, as it is listed. Contacts stand by id only; their names in people."""

from collections.abc import Sequence

from msgspec import Struct

from shared.events.customer import CustomerRegistered
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class CustomerRow(Struct, frozen=True):
    """A customer firm."""

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


def apply(current: None, recorded: Recorded, event: CustomerRegistered, reference: Reference) -> Sequence[CustomerRow]:
    """The firm as registered."""
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
    )
    return (row,)


CUSTOMERS = Projection(
    name="customers",
    version=1,
    kinds=frozenset({"customer"}),
    handles=frozenset({"CustomerRegistered"}),
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
    zones text[] not null)""",
    indexes=("create index on {table} (customer_no)", "create index on {table} using gin (contact_ids)"),
    apply=apply,
    module=__name__,
)
