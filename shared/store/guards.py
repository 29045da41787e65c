"""What rules of several stages ask alike. Pure: each tells faults, `refuse` ends a decision with them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from shared.case.state import Case, report_of, urgency_of
from shared.events.vocabulary import Role, Urgency
from shared.masters.staff import Staff
from shared.store.order import Fault, Known, Order, Refused

AHEAD = timedelta(minutes=5)
"""How far a caller's clock may be ahead of ours."""


def refuse(faults: Iterable[Fault]) -> None:
    """Raises: Refused with all of them, if there are any."""
    if told := tuple(faults):
        raise Refused(*told)


def own_company(order: Order, case: Case) -> Iterator[Fault]:
    """A customer acts on cases of the own company only."""
    if order.actor.role is Role.CUSTOMER and report_of(case).customer_id != order.actor.staff.customer_id:
        yield Fault("A-ROLE", "own_company_only")


def acknowledged_if_urgent(case: Case) -> Iterator[Fault]:
    """An urgent case goes on only after its first response of this cycle (R-2.1.2-d)."""
    if urgency_of(case) is Urgency.URGENT and case.intake.acknowledged_at is None:
        yield Fault("S-GUARD", "urgent_not_acknowledged")


def person_of_record(order: Order) -> str | None:
    """Who did it: the actor; for what our machinery enters, the person on whose behalf."""
    return order.on_behalf_of if order.actor.role is Role.SYSTEM else order.actor.user


def our_people(known: Known, users: Iterable[str], field: str) -> Iterator[Fault]:
    """People of ours, not of a customer; `field` with {} for the place in a list."""
    for index, user in enumerate(users):
        person = known.get("staff", user)
        if isinstance(person, Staff) and person.customer_id is not None:
            yield Fault("V-REF", "not_our_person", field.format(index), {"name": user})


def listed(draft: Any, *names: str) -> Iterator[Fault]:
    """Lists with at least one entry each."""
    for name in names:
        if getattr(draft, name) == []:
            yield Fault("V-REQ", "missing", name)


def listed_once(values: Sequence[Any], field: str) -> Iterator[Fault]:
    """Nothing stands twice in a list; `field` with {} for the place in it."""
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Fault("V-DUP", "listed_twice", field.format(index), {"name": str(value)})


def listed_or_none(draft: Any, name: str) -> Iterator[Fault]:
    """Either a list with entries, or `no_<name>`; a list that failed is None and told already."""
    entries, none = getattr(draft, name), f"no_{name}"
    if entries == [] and getattr(draft, none) is None:
        yield Fault("V-REQ", "listed_or_none", name, {"name": none})
    if entries and getattr(draft, none) is not None:
        yield Fault("V-FMT", "listed_and_none", none, {"name": name})


def not_ahead(order: Order, *names: str) -> Iterator[Fault]:
    """Times of what happened do not lie in the future."""
    for name in names:
        value = getattr(order.draft, name)
        if value is not None and value > order.now + AHEAD:
            yield Fault("V-TIME", "in_the_future", name)


def only_with(draft: Any, name: str, condition: str, *, holds: bool) -> Iterator[Fault]:
    """A field that is asked for exactly where the condition holds."""
    given = getattr(draft, name) is not None
    if holds and not given:
        yield Fault("V-REQ", "missing", name)
    if given and not holds:
        yield Fault("V-FMT", "only_for", name, {"condition": condition})
