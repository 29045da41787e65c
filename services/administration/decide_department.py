"""The rules of departments that subscribe. Pure (B-37)."""

from collections.abc import Iterator

from shared.events.department import DepartmentAdded, DepartmentRemoved
from shared.masters.department import Department
from shared.rules.acting import refuse
from shared.rules.fields import filled, listed_once
from shared.store.order import Fault, Known, Order


def check_department(order: Order, department: Department, known: Known) -> Iterator[Fault]:
    """A name of its own, topics and moulds each once."""
    draft: DepartmentAdded = order.draft
    if department.added is not None:
        yield Fault("V-DUP", "number_taken", "name", {"name": draft.name})
    yield from filled(draft, "topics")
    yield from listed_once(draft.topics, "topics[{}]")
    yield from listed_once(draft.moulds, "moulds[{}]")


def add_department(order: Order, department: Department, known: Known) -> DepartmentAdded:
    """A department is told from now on."""
    draft: DepartmentAdded = order.draft
    return draft


def remove_department(order: Order, department: Department, known: Known) -> DepartmentRemoved:
    """It is told no more."""
    draft: DepartmentRemoved = order.draft
    refuse(_active(department))
    return draft


def _active(department: Department) -> Iterator[Fault]:
    if not department.is_active:
        yield Fault("S-GUARD", "department_removed")
