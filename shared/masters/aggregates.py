"""Every kind of aggregate there is: what it is before its first event, and how one more event changes it."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from shared.case.fold import fold as fold_case
from shared.case.state import Case
from shared.events.envelope import Meta
from shared.masters import channel, customer, department, improvement, mould, policy, report, staff


class Aggregate(Struct, frozen=True):
    """A kind: the state before anything happened, the fold, and the word for where an aggregate stands."""

    initial: Any
    fold: Callable[[Any, Any, Meta], Any]
    standing: Callable[[Any], str]


def _registered(state: Any) -> str:
    return "REGISTERED"


AGGREGATES: dict[str, Aggregate] = {
    "case": Aggregate(Case(), fold_case, lambda case: str(case.state)),
    "customer": Aggregate(customer.Customer(), customer.fold, _registered),
    "mould": Aggregate(mould.Mould(), mould.fold, _registered),
    "staff": Aggregate(staff.Staff(), staff.fold, lambda person: "ACTIVE" if person.is_active else "INACTIVE"),
    "policy": Aggregate(policy.Policy(), policy.fold, lambda policy: "PUBLISHED"),
    "department": Aggregate(
        department.Department(), department.fold, lambda one: "ACTIVE" if one.is_active else "REMOVED"
    ),
    "channel": Aggregate(channel.Channel(), channel.fold, lambda one: str(one.status)),
    "improvement": Aggregate(improvement.Improvement(), improvement.fold, lambda one: str(one.state)),
    "report": Aggregate(report.Report(), report.fold, lambda one: one.standing),
}
