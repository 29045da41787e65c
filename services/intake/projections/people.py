"""people: customers' persons in clear, one row for each aggregate that says something of them.

Together with case_text the only place where personal text stands open; rows go when a person is erased.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.case.effective import REVISING
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reader import Corrected
from shared.projections.reference import Reference


class Person(Struct, frozen=True):
    """What one aggregate says of a person. `aggregate_id` carries the kind: `case.…` or `customer.…`."""

    aggregate_id: str
    version: int
    sequence: int
    person_id: str
    place: int
    name: str | None
    title: str | None
    phone: str | None
    email: str | None
    company: str | None
    recorded_at: datetime


Fields = Mapping[str, Any]


def apply(
    current: Person | Corrected | None, recorded: Recorded, event: Fields, reference: Reference
) -> Sequence[Person]:
    """The persons that an event names, its fields opened; who was erased stays as an id without text."""
    if isinstance(current, Corrected):
        return _anew(current, recorded)
    match recorded.meta.type:
        case "FeedbackReceived":
            return (_caller(recorded, event),)
        case "InfoSupplemented":
            return () if current is None else (_supplemented(current, recorded, event["fields"]),)
        case "CustomerRevised":
            return tuple(_revised(current, recorded, event))
        case _:
            return tuple(_contacts(recorded, event["contacts"], event["customer_name"]))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _caller(recorded: Recorded, event: Fields) -> Person:
    return Person(
        f"case.{recorded.aggregate_id}",
        recorded.meta.version,
        recorded.sequence,
        event.get("contact_id", ""),
        0,
        _text(event.get("contact_name")),
        None,
        _text(event.get("contact_phone")),
        _text(event.get("contact_email")),
        _text(event.get("customer_name")),
        recorded.meta.recorded_at,
    )


def _supplemented(current: Person, recorded: Recorded, fields: Fields) -> Person:
    return replace(
        current,
        version=recorded.meta.version,
        sequence=recorded.sequence,
        name=_text(fields.get("contact_name")) or current.name,
        email=_text(fields.get("contact_email")) or current.email,
        company=_text(fields.get("customer_name")) or current.company,
        recorded_at=recorded.meta.recorded_at,
    )


def _revised(current: Person | None, recorded: Recorded, event: Fields) -> Iterator[Person]:
    """The contacts that a firm names now, and places without a person where it named more before.

    A new name of the firm stands in the register of customers, and here with the contacts that are told with it.
    """
    fields, company = event["fields"], current.company if current is not None else None
    if "contacts" in fields:
        yield from _contacts(recorded, fields["contacts"], fields.get("customer_name", company))
        nobody: list[Fields] = [{}] * max(0, len(event["previous"]["contacts"]) - len(fields["contacts"]))
        yield from _contacts(recorded, nobody, company, len(fields["contacts"]))


def _anew(corrected: Corrected, recorded: Recorded) -> Sequence[Person]:
    """The caller as the events tell of him that count after a correction."""
    person: Person | None = None
    for one, told in corrected.counting:
        if one.meta.type == "FeedbackReceived":
            person = _caller(one, told.fields)
        elif one.meta.type == "InfoSupplemented" and person is not None:
            person = _supplemented(person, one, told.fields["fields"])
    if person is None:
        return ()
    return (replace(person, version=recorded.meta.version, sequence=recorded.sequence),)


def _contacts(recorded: Recorded, contacts: Sequence[Fields], company: str | None, first: int = 0) -> Iterator[Person]:
    for place, contact in enumerate(contacts, first):
        yield Person(
            f"customer.{recorded.aggregate_id}",
            recorded.meta.version,
            recorded.sequence,
            contact.get("person_id", ""),
            place,
            _text(contact.get("name")),
            _text(contact.get("title")),
            _text(contact.get("phone")),
            _text(contact.get("email")),
            company,
            recorded.meta.recorded_at,
        )


PEOPLE = Projection(
    name="people",
    version=3,
    kinds=frozenset({"case", "customer"}),
    handles=frozenset({"FeedbackReceived", "InfoSupplemented", "CustomerRegistered", "CustomerRevised", *REVISING}),
    row=Person,
    key=("aggregate_id", "place"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    person_id text not null,
    place integer not null,
    name text,
    title text,
    phone text,
    email text,
    company text,
    recorded_at timestamptz not null)""",
    indexes=(
        "create index on {table} (person_id)",
        "create index on {table} (lower(email)) where email is not null",
    ),
    apply=apply,
    carries=True,
    opens=True,
    module=__name__,
)
