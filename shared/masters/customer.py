"""What is known of a customer firm."""

from typing import assert_never

from msgspec import Struct

from shared.events.customer import CustomerRegistered, CustomerRevised
from shared.events.envelope import Meta
from shared.masters.revision import revised


class Customer(Struct, frozen=True):
    """A customer as registered and revised since; `registered` None: the number is free."""

    registered: CustomerRegistered | None = None


def fold(customer: Customer, event: CustomerRegistered | CustomerRevised, meta: Meta) -> Customer:
    """The customer after one more event."""
    match event:
        case CustomerRegistered():
            return Customer(event)
        case CustomerRevised():
            return Customer(revised(customer.registered, event.fields))
        case _:
            assert_never(event)
