"""contact_addresses: which customers know an e-mail address, by its keyed hash. Incoming mail is assigned by it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from shared.events.customer import Contact, CustomerRegistered, CustomerRevised
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference

BY_ADDRESS = """
select distinct a.aggregate_id, coalesce(c.customer_name, a.customer_name) from read.contact_addresses as a
left join read.customers as c using (aggregate_id)
where a.address_id = %(address_id)s and a.is_current order by a.aggregate_id limit 10"""
"""The register has the newest name of a firm; where it is behind, the name that was told with the address counts."""


class ContactAddress(Struct, frozen=True):
    """One address that a contact of a customer has, or had."""

    aggregate_id: str
    version: int
    sequence: int
    address_id: str
    customer_name: str
    is_current: bool


def apply(current: None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[ContactAddress]:
    """The addresses that a customer's contacts have now, and those that none of them has any more."""
    if isinstance(event, CustomerRevised):
        now, name = event.fields.contacts, event.fields.customer_name or ""
        past = event.previous.contacts or []
    else:
        now, name, past = event.contacts, event.customer_name, []
    if now is None:
        return ()
    known = dict.fromkeys(_addresses(past), False) | dict.fromkeys(_addresses(now), True)
    place = (recorded.aggregate_id, recorded.meta.version, recorded.sequence)
    return tuple(ContactAddress(*place, address, name, is_current) for address, is_current in known.items())


def _addresses(contacts: Iterable[Contact]) -> Iterator[str]:
    return (contact.address_id for contact in contacts if contact.address_id)


CONTACT_ADDRESSES = Projection(
    name="contact_addresses",
    version=2,
    kinds=frozenset({"customer"}),
    handles=frozenset({CustomerRegistered.__name__, CustomerRevised.__name__}),
    row=ContactAddress,
    key=("aggregate_id", "address_id"),
    table="""
create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    address_id text not null,
    customer_name text not null,
    is_current boolean not null)""",
    indexes=("create index on {table} (address_id)",),
    apply=apply,
    module=__name__,
)
