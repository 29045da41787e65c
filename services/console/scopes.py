"""Who sees which cases, decided once for every page, read and file (domain: roles; all views are scoped)."""

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from services.console.sessions import Visitor
from shared.events.vocabulary import Role
from shared.projections.scope import NOTHING, Scope
from shared.store.order import Fault, Refused

WHOLE_ROLES = (Role.SPECIALIST, Role.SUPERVISOR, Role.ENGINEER, Role.ANALYST, Role.AUDITOR)
"""See every case."""
CASE_ROLES = (*WHOLE_ROLES, Role.TECHNICIAN, Role.SALES)
"""Our people who see cases; departments and customers see what they were told and their own."""
READERS = (*CASE_ROLES, Role.DEPT, Role.CUSTOMER)
"""Whoever sees a case at all; ADMIN has no rights on cases."""
TEXT_ROLES = (Role.SPECIALIST, Role.SUPERVISOR, Role.ENGINEER, Role.TECHNICIAN, Role.SALES, Role.CUSTOMER)
"""See opened texts and contacts of the cases that they see."""
DRAWING_ROLES = (Role.SPECIALIST, Role.SUPERVISOR, Role.ENGINEER, Role.TECHNICIAN, Role.AUDITOR, Role.DEPT)
"""Open drawings, which are secrets of the customer: a technician those of the own cases, nobody from outside (B-27)."""
ORIGINAL_ROLES = (Role.SPECIALIST, Role.SUPERVISOR, Role.ENGINEER, Role.AUDITOR)
"""Get a drawing without its reader's name on it; all of them see every case."""
_NO_COMPANY = "-"
"""A company id that no company has."""


def needs(visitor: Visitor, roles: Sequence[Role]) -> None:
    """Raises: Refused with A-ROLE unless the visitor holds one of these roles."""
    if not visitor.has(*roles):
        raise Refused(Fault("A-ROLE", "role_may_not", values={"allowed": ", ".join(roles)}))


def scope_of(visitor: Visitor, among: Iterable[Role] = READERS) -> Scope:
    """What the visitor's roles among these show together; of several the widest counts."""
    scope = NOTHING
    for role in visitor.roles.intersection(among, READERS):
        if role in WHOLE_ROLES:
            return Scope(is_all=True)
        scope = _WIDENED[role](scope, visitor)
    return scope


def _technician(scope: Scope, visitor: Visitor) -> Scope:
    """Cases that he is or was sent to or took part in, those that come back to our shop, visits being prepared."""
    parties = (*scope.parties, f"user:{visitor.user}", f"role:{Role.TECHNICIAN}")
    return replace(scope, parties=parties, prepares=True)


def _sales(scope: Scope, visitor: Visitor) -> Scope:
    """Cases of the own customers, and those that he took part in."""
    return replace(scope, parties=(*scope.parties, f"user:{visitor.user}"), seller=visitor.user)


def _department(scope: Scope, visitor: Visitor) -> Scope:
    """What the department was told or asked, has subscribed to, or worked on."""
    parties = (*scope.parties, f"user:{visitor.user}", f"role:{Role.DEPT}", f"dept:{visitor.dept or ''}")
    return replace(scope, parties=parties, dept=visitor.dept or "")


def _customer(scope: Scope, visitor: Visitor) -> Scope:
    return replace(scope, company=visitor.customer_id or _NO_COMPANY)


_WIDENED: dict[Role, Callable[[Scope, Visitor], Scope]] = {
    Role.TECHNICIAN: _technician,
    Role.SALES: _sales,
    Role.DEPT: _department,
    Role.CUSTOMER: _customer,
}


def cases_of(visitor: Visitor) -> Scope:
    """The cases that the visitor sees. Raises: Refused with A-ROLE for somebody who sees none at all."""
    needs(visitor, READERS)
    return scope_of(visitor)


def texts_of(visitor: Visitor) -> Scope:
    """The cases whose opened texts and contacts the visitor may read, and so search."""
    return scope_of(visitor, TEXT_ROLES)
