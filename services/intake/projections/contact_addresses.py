"""contact_addresses: which customers know an e-mail address, by its keyed hash. Incoming mail is assigned by it."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from shared.events.customer import CustomerRegistered
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference

BY_ADDRESS = """
select distinct aggregate_id, customer_name from read.contact_addresses
where address_id = %(address_id)s order by aggregate_id limit 10"""


class ContactAddress(Struct, frozen=True):
    """One address of one customer's contact."""

    aggregate_id: str
    version: int
    sequence: int
    address_id: str
    customer_name: str


def apply(current: None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[ContactAddress]:
    """The addresses of a customer as registered."""
    if not isinstance(event, CustomerRegistered):
        return ()
    addresses = dict.fromkeys(contact.address_id for contact in event.contacts if contact.address_id)
    return tuple(
        ContactAddress(recorded.aggregate_id, recorded.meta.version, recorded.sequence, address, event.customer_name)
        for address in addresses
    )


CONTACT_ADDRESSES = Projection(
    name="contact_addresses",
    version=1,
    kinds=frozenset({"customer"}),
    handles=frozenset({CustomerRegistered.__name__}),
    row=ContactAddress,
    key=("aggregate_id", "address_id"),
    table="""
create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    address_id text not null,
    customer_name text not null)""",
    indexes=("create index on {table} (address_id)",),
    apply=apply,
    module=__name__,
)
