"""Who acts for whom: those who are sent, a customer for the own company, the customer's proof when we act for him."""

from collections.abc import Iterable, Iterator
from typing import Any

from shared.case.facts.followup import Escalation
from shared.case.lifecycle import transition
from shared.case.state import Case, is_return, is_sent
from shared.events.vocabulary import Channel, Department, Role
from shared.masters.staff import SYSTEM_USER, Staff
from shared.store.order import Fault, Known, Order, Refused

SENT = frozenset({Role.TECHNICIAN, Role.ENGINEER})
"""Roles that act at the customer's."""


def sent(order: Order, case: Case, *roles: Role) -> Iterator[Fault]:
    """In these roles (all that go to customers when none is named) only those who are sent.

    Where the mould comes to our factory all of them count as sent (B-07).
    While nobody is sent, a command that is not possible in this state is told so rather than this.
    """
    if order.actor.role not in (roles or SENT) or is_return(case) or is_sent(case, order.actor.user):
        return
    is_possible = transition(type(order.draft).__name__, case.state, order.draft) is not None
    if case.dispatch.technicians or is_possible:
        yield Fault("A-ROLE", "not_sent")


def own_company(order: Order, case: Case) -> Iterator[Fault]:
    """A customer acts on cases of the own company only."""
    if order.actor.role is not Role.CUSTOMER:
        return
    report = case.intake.report
    if report is None or report.customer_id is None or report.customer_id != order.actor.staff.customer_id:
        yield Fault("A-ROLE", "own_company_only")


def own_name(order: Order) -> Iterator[Fault]:
    """Nobody does this for another, but an import for the person of record."""
    if order.import_batch is None and order.on_behalf_of not in (None, order.actor.user):
        yield Fault("A-ROLE", "own_name_only", "on_behalf_of")


def may_by_customer_or_sent(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """What a customer says himself, or through a technician, or through the engineer who is sent."""
    yield from own_company(order, case)
    yield from sent(order, case, Role.ENGINEER)


def may_by_sent(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """What only those do who are sent."""
    yield from sent(order, case)


def of_the_store(order: Order) -> Iterator[Fault]:
    """Of the departments only the store has to do with its parts (B-10)."""
    yield from _only(order, Department.STORE, "store_only")


def may_of_quality(order: Order, state: Any, known: Known) -> Iterator[Fault]:
    """Of the departments, quality only."""
    yield from _only(order, Department.QUALITY, "quality_only")


def _only(order: Order, department: Department, text: str) -> Iterator[Fault]:
    if order.actor.role is Role.DEPT and order.actor.staff.dept is not department:
        yield Fault("A-ROLE", text)


def deciders(order: Order) -> frozenset[str]:
    """The persons whose decision this is: who acts, and for whom; of an import, the person of record alone."""
    named = {order.on_behalf_of, getattr(order.draft, "delegate_of", None)}
    acting = {order.actor.user} if order.import_batch is None else set()
    return frozenset(name for name in named | acting if name is not None and name != SYSTEM_USER)


def signed(order: Order) -> Iterator[Fault]:
    """The customer's proof on site: the own sign-in, else a signature (B-22)."""
    if order.actor.role is not Role.CUSTOMER and order.draft.signature is None:
        yield Fault("S-GUARD", "signature_needed", "signature")


def confirmed(order: Order) -> Iterator[Fault]:
    """The customer's proof from afar: the own sign-in, else a confirmation with evidence (decision 5 of the gaps)."""
    if order.actor.role is Role.CUSTOMER:
        return
    if (given := order.draft.confirmation) is None:
        yield Fault("S-GUARD", "confirmation_needed", "confirmation")
    elif given.evidence_ref is None and given.via is not Channel.PORTAL:
        yield Fault("S-GUARD", "evidence_needed", "confirmation.evidence_ref")


def told_as(order: Order) -> frozenset[str]:
    """Everything that the actor may be told as: by name, by role, as somebody of a department."""
    names = {order.actor.user, *(role.value for role in order.actor.roles)}
    if Role.DEPT in order.actor.roles and order.actor.staff.dept is not None:
        names.add(order.actor.staff.dept.value)
    return frozenset(names)


def was_told(order: Order, raised: Iterable[Escalation]) -> Iterator[Fault]:
    """What was raised is taken up by somebody who was told of it (B-19)."""
    told = {name for one in raised for name in one.to}
    if told and not told & told_as(order):
        yield Fault("A-ROLE", "not_told", values={"allowed": ", ".join(sorted(told))})


def refuse(*groups: Iterable[Fault]) -> None:
    """Say no when there is a fault, naming every one. Raises: Refused."""
    if faults := [fault for group in groups for fault in group]:
        raise Refused(*faults)


def person_of_record(order: Order) -> str | None:
    """Who did it: the actor; for what our machinery enters, the person on whose behalf."""
    return order.on_behalf_of if order.actor.role is Role.SYSTEM else order.actor.user


def our_people(known: Known, users: Iterable[str], field: str) -> Iterator[Fault]:
    """People of ours, not of a customer; `field` with {} for the place in a list."""
    for index, user in enumerate(users):
        person = known.get("staff", user)
        if isinstance(person, Staff) and person.customer_id is not None:
            yield Fault("V-REF", "not_our_person", field.format(index), {"name": user})
