"""The two registers that tables fill: which events their columns are fields of, and which commands they lead to."""

from msgspec import Struct

from shared.events.customer import CustomerFields, CustomerRegistered
from shared.events.mould import MouldFields, MouldRegistered, WarrantyTermsSet


class Register(Struct, frozen=True):
    """`number` is the field that names a member. `fields` is what may be revised, `terms` a second event of a row."""

    kind: str
    number: str
    registered: type[Struct]
    fields: type[Struct]
    opening: str
    revising: str
    terms: type[Struct] | None = None


CUSTOMERS = Register(
    "customer", "customer_no", CustomerRegistered, CustomerFields, "RegisterCustomer", "ReviseCustomer"
)
MOULDS = Register(
    "mould", "mould_no", MouldRegistered, MouldFields, "RegisterMould", "ReviseMould", terms=WarrantyTermsSet
)
TERMS_COMMAND = "SetWarrantyTerms"
