"""What is known of a customer firm."""

from datetime import date
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from shared.events.catalogue import CustomerEvent
from shared.events.customer import CustomerRegistered, CustomerRevised, CustomerServiceStarted
from shared.events.envelope import Meta
from shared.masters.revision import revised


class Customer(Struct, frozen=True):
    """A customer as registered and revised since; `registered` None: the number is free.

    `in_service_since` None: not begun.
    """

    registered: CustomerRegistered | None = None
    in_service_since: date | None = None


def fold(customer: Customer, event: CustomerEvent, meta: Meta) -> Customer:
    """The customer after one more event."""
    match event:
        case CustomerRegistered():
            return replace(customer, registered=event)
        case CustomerRevised():
            return replace(customer, registered=revised(customer.registered, event.fields))
        case CustomerServiceStarted():
            return replace(customer, in_service_since=event.started_on)
        case _:
            assert_never(event)
