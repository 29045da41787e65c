"""The rules of the registers of customers and moulds. Pure: what may be registered, revised and granted."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from shared.events.customer import Contact, CustomerRegistered, CustomerRevised, Site
from shared.events.mould import MouldRegistered, MouldRevised, WarrantyTermsSet
from shared.events.shapes import Drawing
from shared.masters.customer import Customer
from shared.masters.mould import Mould
from shared.masters.revision import before, given
from shared.rules.fields import listed_once
from shared.store.order import Fault, Known, Order, Refused


def check_customer(order: Order, customer: Customer, known: Known) -> Iterator[Fault]:
    """The number is free, each contact can be reached, sites have names of their own and zones that exist."""
    draft: CustomerRegistered = order.draft
    if customer.registered is not None:
        yield Fault("V-DUP", "number_taken", "customer_no", {"name": draft.customer_no})
    yield from _contacts(draft.contacts, "contacts")
    yield from _sites(draft.sites, "sites")


def _contacts(contacts: list[Contact] | None, path: str) -> Iterator[Fault]:
    if contacts is not None and not contacts:
        yield Fault("V-REQ", "missing", path)
    for index, contact in enumerate(contacts or ()):
        if contact.phone is None and contact.email is None:
            yield Fault("V-REQ", "one_contact_way", f"{path}[{index}].phone")


def _sites(sites: list[Site] | None, path: str) -> Iterator[Fault]:
    if sites is not None and not sites:
        yield Fault("V-REQ", "missing", path)
    yield from listed_once((site.site for site in sites or ()), f"{path}[{{}}].site")
    for index, site in enumerate(sites or ()):
        if not _is_zone(site.time_zone):
            yield Fault("V-ENUM", "not_in_vocabulary", f"{path}[{index}].time_zone", {"allowed": "Asia/Shanghai, …"})


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def register_customer(order: Order, customer: Customer, known: Known) -> CustomerRegistered:
    """A customer firm under a number that is free."""
    draft: CustomerRegistered = order.draft
    return draft


def check_customer_revision(order: Order, customer: Customer, known: Known) -> Iterator[Fault]:
    """Something is said, and what is said may stand in the register."""
    fields = (draft := _revision(order)).fields
    if fields is not None:
        yield from _says_something(draft.fields)
        yield from _contacts(fields.contacts, "fields.contacts")
        yield from _sites(fields.sites, "fields.sites")


def _revision(order: Order) -> CustomerRevised:
    draft: CustomerRevised = order.draft
    return draft


def _says_something(fields: Struct) -> Iterator[Fault]:
    if not given(fields):
        yield Fault("V-REQ", "nothing_revised", "fields")


def revise_customer(order: Order, customer: Customer, known: Known) -> CustomerRevised:
    """The register says something else of a firm. Contacts are sealed there, so whether they differ is not asked."""
    draft = _revision(order)
    registered = customer.registered
    assert registered is not None, "the door lets nothing in for a customer that nobody registered"
    _refuse_the_same(registered, draft.fields, besides="contacts")
    return msgspec.structs.replace(draft, previous=before(registered, draft.fields))


def _refuse_the_same(registered: Struct, fields: Struct, besides: str = "") -> None:
    said = given(fields)
    if besides not in said and all(getattr(registered, name) == value for name, value in said.items()):
        raise Refused(Fault("S-GUARD", "changes_nothing", "fields"))


def check_mould(order: Order, mould: Mould, known: Known) -> Iterator[Fault]:
    """The number is free, and no drawing is listed twice in one revision."""
    draft: MouldRegistered = order.draft
    if mould.registered is not None:
        yield Fault("V-DUP", "number_taken", "mould_no", {"name": draft.mould_no})
    yield from _drawings(draft.drawings, "drawings")


def _drawings(drawings: Iterable[Drawing] | None, path: str) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for index, drawing in enumerate(drawings or ()):
        key = (drawing.doc_id, drawing.revision)
        if key in seen:
            yield Fault("V-DUP", "listed_twice", f"{path}[{index}].doc_id", {"name": drawing.doc_id})
        seen.add(key)


def register_mould(order: Order, mould: Mould, known: Known) -> MouldRegistered:
    """A delivered mould under a number that is free."""
    draft: MouldRegistered = order.draft
    return draft


def check_mould_revision(order: Order, mould: Mould, known: Known) -> Iterator[Fault]:
    """Something is said, and no drawing is listed twice in one revision."""
    draft: MouldRevised = order.draft
    if draft.fields is not None:
        yield from _says_something(draft.fields)
        yield from _drawings(draft.fields.drawings, "fields.drawings")


def revise_mould(order: Order, mould: Mould, known: Known) -> MouldRevised:
    """The register says something else of a mould."""
    draft: MouldRevised = order.draft
    registered = mould.registered
    assert registered is not None, "the door lets nothing in for a mould that nobody registered"
    _refuse_the_same(registered, draft.fields)
    return msgspec.structs.replace(draft, previous=before(registered, draft.fields))


def check_warranty_terms(order: Order, mould: Mould, known: Known) -> Iterator[Fault]:
    """The warranty ends some day, and nothing is excluded twice (B-01)."""
    yield from whole_terms(order.draft)


def whole_terms(draft: WarrantyTermsSet) -> Iterator[Fault]:
    """What single fields of a warranty cannot show."""
    if draft.months is None and draft.shots is None:
        yield Fault("V-REQ", "months_or_shots", "months")
    yield from listed_once(draft.exclusions, "exclusions[{}]")


def set_warranty_terms(order: Order, mould: Mould, known: Known) -> WarrantyTermsSet:
    """The terms of the contract take the place of those before."""
    draft: WarrantyTermsSet = order.draft
    if draft == mould.terms:
        raise Refused(Fault("S-GUARD", "changes_nothing", "start"))
    return draft
