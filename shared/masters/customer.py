"""What is known of a customer firm."""

from msgspec import Struct

from shared.events.customer import CustomerRegistered
from shared.events.envelope import Meta


class Customer(Struct, frozen=True):
    """A customer as registered; `registered` None: the number is free."""

    registered: CustomerRegistered | None = None


def fold(customer: Customer, event: CustomerRegistered, meta: Meta) -> Customer:
    """The customer after one more event."""
    return Customer(event)
