"""What each role's scope is, that roles add up, and that no scope shows nothing by mistake or everything."""

import re
from collections.abc import Callable

import pytest

from services.console.scopes import cases_of, scope_of, texts_of
from services.console.sessions import Visitor
from shared.events.vocabulary import Role
from shared.projections.scope import NOTHING, Scope, cases_within, customers_within, moulds_within
from shared.store.order import Refused

WHOLE = Scope(is_all=True)
SCOPES = {
    Role.SPECIALIST: WHOLE,
    Role.SUPERVISOR: WHOLE,
    Role.ENGINEER: WHOLE,
    Role.ANALYST: WHOLE,
    Role.AUDITOR: WHOLE,
    Role.TECHNICIAN: Scope(parties=("user:mei", "role:TECHNICIAN"), prepares=True),
    Role.SALES: Scope(parties=("user:mei",), seller="mei"),
    Role.DEPT: Scope(parties=("user:mei", "role:DEPT", "dept:QUALITY"), dept="QUALITY"),
    Role.CUSTOMER: Scope(company="c-1"),
    Role.ADMIN: NOTHING,
    Role.SYSTEM: NOTHING,
}


def visitor(*roles: Role) -> Visitor:
    return Visitor("mei", frozenset(roles), "c-1", "QUALITY")


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_scope(role: Role) -> None:
    assert scope_of(visitor(role)) == SCOPES[role]


def test_of_several_roles_each_widens() -> None:
    both = scope_of(visitor(Role.TECHNICIAN, Role.SALES))
    assert set(both.parties) == {"user:mei", "role:TECHNICIAN"}
    assert (both.prepares, both.seller) == (True, "mei")
    assert scope_of(visitor(Role.SALES, Role.ANALYST)) == WHOLE
    assert scope_of(visitor(Role.ADMIN, Role.CUSTOMER)) == Scope(company="c-1")


def test_texts_follow_the_roles_that_may_read_them() -> None:
    assert texts_of(visitor(Role.ANALYST, Role.TECHNICIAN)) == SCOPES[Role.TECHNICIAN]
    assert texts_of(visitor(Role.AUDITOR)) == texts_of(visitor(Role.DEPT)) == NOTHING


def test_who_has_no_rights_on_cases_is_refused_and_a_customer_without_company_sees_none() -> None:
    with pytest.raises(Refused):
        cases_of(visitor(Role.ADMIN))
    assert cases_of(Visitor("mei", frozenset({Role.CUSTOMER}))).company == "-"


@pytest.mark.parametrize(
    "condition",
    [
        lambda scope: cases_within(scope, "c.id"),
        lambda scope: customers_within(scope, "k.id"),
        lambda scope: moulds_within(scope, "m.id", "m.owner"),
    ],
)
def test_a_condition_names_only_parameters_that_the_scope_gives(condition: Callable[[Scope], str]) -> None:
    assert (condition(NOTHING), condition(WHOLE)) == ("false", "true")
    for scope in SCOPES.values():
        assert set(re.findall(r"%\((\w+)\)", condition(scope))) <= set(scope.values())
    assert "%(other_company)s" in cases_within(Scope(company="c-1"), "c.id", "other")
