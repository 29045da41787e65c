"""Facts about a customer firm."""

from typing import Annotated

from msgspec import Struct

from shared.events.shapes import (
    AS_STORED,
    SET_BY_SERVICE,
    ChannelId,
    Day,
    Email,
    Note,
    PersonName,
    PersonTitle,
    Phone,
    Short,
)
from shared.events.vocabulary import Language, Zone


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's person whom we may reach by phone or e-mail; one of both is given.

    `person_id` stands for the person, `address_id` for the e-mail address alone, so that mail finds its customer.
    """

    name: PersonName
    title: PersonTitle | None = None
    phone: Phone | None = None
    email: Email | None = None
    person_id: Annotated[str, SET_BY_SERVICE] = ""
    address_id: Annotated[str, SET_BY_SERVICE] = ""


class Site(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place of the customer where moulds run; the zone decides how soon we can be there."""

    site: Short
    address: Short
    zone: Zone
    time_zone: Short


class CustomerRegistered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer firm entered the register under its number."""

    customer_no: Short
    customer_name: Short
    contacts: list[Contact]
    sites: list[Site]
    language: Language
    key_account: bool
    payment_hold: bool = False


class CustomerServiceStarted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer was told how to reach us and is served from now on (R-2.1.1-e)."""

    channel_id: ChannelId
    notice_id: Short
    started_on: Day


class CustomerFields(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What may be revised of a customer firm, by the names of its registration: all but the number.

    Only what is given changes; a list takes the place of the whole list before.
    """

    customer_name: Short | None = None
    contacts: list[Contact] | None = None
    sites: list[Site] | None = None
    language: Language | None = None
    key_account: bool | None = None
    payment_hold: bool | None = None


class CustomerRevised(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The register says something else of a customer firm from now on, and why; `previous` is what it said before."""

    fields: CustomerFields
    reason: Note
    previous: Annotated[CustomerFields, SET_BY_SERVICE, AS_STORED] = CustomerFields()
