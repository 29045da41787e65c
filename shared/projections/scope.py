"""Whose cases a reader may see, as one value for each reader and one condition in SQL for every read model.

Who sees a case today sees its past too, and what was made of it: a list, a clock, a figure, a mould, a file. What a
scope says widens it and nothing narrows it, so somebody with several roles sees what the widest of them shows.
"""

from typing import Any

from msgspec import Struct

_TAKES_PART = "select aggregate_id from read.case_parties where takes_part and party = any(%({mark}_parties)s::text[])"
_OF_COMPANY = "select aggregate_id from read.open_cases where customer_id = %({mark}_company)s"
_OF_OWN_CUSTOMERS = "select aggregate_id from read.open_cases where customer_id in ({own})"
_PREPARED_NOW = "select aggregate_id from read.open_cases where state = 'ONSITE_APPROVED'"
_OWN_CUSTOMERS = """select s.customer_id from read.open_cases as s join read.case_parties as p using (aggregate_id)
    where p.takes_part and p.party = 'sales:' || %({mark}_seller)s and s.customer_id is not null
    union select aggregate_id from read.customers where registered_by = %({mark}_seller)s"""
_SUBSCRIBED = """exists (select from read.departments as d where d.dept = %({mark}_dept)s and d.is_active
    and (d.moulds = '{{}}' or exists (select from read.open_cases as s
        where s.aggregate_id = {case} and s.mould_id = any(d.moulds)))
    and exists (select from read.log as l where l.aggregate_id = 'case.' || {case} and l.event_type = any(d.topics)))"""
_ALL_SUBSCRIBED = """select substr(l.aggregate_id, 6) from read.departments as d
    cross join lateral unnest(d.topics) as topic
    join read.log as l on l.event_type = topic and l.aggregate_id like 'case.%%'
    where d.dept = %({mark}_dept)s and d.is_active and (d.moulds = '{{}}' or exists (select from read.open_cases as s
        where s.aggregate_id = substr(l.aggregate_id, 6) and s.mould_id = any(d.moulds)))"""


class Scope(Struct, frozen=True, kw_only=True):
    """What somebody may see.

    `company`: the cases of this customer. `parties`: cases in which one of these takes part, as `case_parties` names
    them. `seller`: the cases of the customers that this salesperson registered, or whose reports came through him.
    `prepares`: visits that are being prepared, since everybody reads the safety rules before the crew is named.
    `dept`: the cases that this department has subscribed to.
    """

    is_all: bool = False
    company: str | None = None
    parties: tuple[str, ...] = ()
    seller: str | None = None
    prepares: bool = False
    dept: str | None = None

    def values(self, mark: str = "scope") -> dict[str, Any]:
        """The parameters of the conditions under the same mark."""
        names = {"company": self.company, "parties": list(self.parties), "seller": self.seller, "dept": self.dept}
        return {f"{mark}_{name}": value for name, value in names.items()}


EVERYTHING = Scope(is_all=True)
"""The scope of whoever can read the keys, and of roles that see every case."""
NOTHING = Scope()


def cases_within(scope: Scope, case: str, mark: str = "scope") -> str:
    """The condition that a case is in the scope; `case` is the SQL of its id.

    A subscription is looked up case by case, which is fast where most cases have what it waits for.
    """
    if scope.is_all:
        return "true"
    of_cases = " union all ".join(_listed(scope, mark))
    return _any_of(
        f"{case} in ({of_cases})" if of_cases else "",
        _SUBSCRIBED.format(mark=mark, case=case) if scope.dept is not None else "",
    )


def all_within(scope: Scope, mark: str = "scope") -> str:
    """The cases of a scope that is not everything, some more than once; fast where they are few."""
    subscribed = [_ALL_SUBSCRIBED.format(mark=mark)] if scope.dept is not None else []
    return " union all ".join([*_listed(scope, mark), *subscribed]) or "select null where false"


def _listed(scope: Scope, mark: str) -> list[str]:
    """Queries for the cases of a scope, without what is subscribed to."""
    found = (
        _TAKES_PART.format(mark=mark) if scope.parties else "",
        _OF_COMPANY.format(mark=mark) if scope.company is not None else "",
        _OF_OWN_CUSTOMERS.format(own=_OWN_CUSTOMERS.format(mark=mark)) if scope.seller is not None else "",
        _PREPARED_NOW if scope.prepares else "",
    )
    return [one for one in found if one]


def customers_within(scope: Scope, customer: str, mark: str = "scope") -> str:
    """The condition that a customer is in the scope: the own company, the own customers, those of the cases."""
    return (
        "true" if scope.is_all else _any_of(_owned(scope, customer, mark), _met(scope, customer, "customer_id", mark))
    )


def moulds_within(scope: Scope, mould: str, owner: str, mark: str = "scope") -> str:
    """The condition that a mould is in the scope: by its owner, or by the cases of the mould."""
    return "true" if scope.is_all else _any_of(_owned(scope, owner, mark), _met(scope, mould, "mould_id", mark))


def _owned(scope: Scope, customer: str, mark: str) -> str:
    company = f"{customer} = %({mark}_company)s" if scope.company is not None else ""
    seller = f"{customer} in ({_OWN_CUSTOMERS.format(mark=mark)})" if scope.seller is not None else ""
    return " or ".join(one for one in (company, seller) if one)


def _met(scope: Scope, value: str, column: str, mark: str) -> str:
    """That a value stands in a case of the scope; what belongs to a company or to own customers needs none."""
    narrow = Scope(parties=scope.parties, prepares=scope.prepares, dept=scope.dept)
    if narrow == NOTHING:
        return ""
    within = cases_within(narrow, "o.aggregate_id", mark)
    return f"{value} in (select o.{column} from read.open_cases as o where {within})"


def _any_of(*conditions: str) -> str:
    given = [one for one in conditions if one]
    return f"({' or '.join(given)})" if given else "false"
