"""Every kind of aggregate there is: what it is before its first event, and how one more event changes it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from shared.case.effective import REVISING, case_of, told_of
from shared.case.fold import fold as fold_case
from shared.case.state import Case
from shared.events.catalogue import decode
from shared.events.envelope import Meta, Recorded
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


def revises(recorded: Recorded) -> bool:
    """Whether an event changes what earlier ones of its aggregate count for, so that no state can be carried on."""
    return recorded.meta.type in REVISING


def revised(events: Sequence[Recorded]) -> Any:
    """An aggregate after all its events up to a correcting one. Raises: as states_of."""
    return case_of(map(told_of, events))


def states_of(events: Sequence[Recorded]) -> Iterator[Any]:
    """An aggregate after each of its events, its first ones in order.

    Raises: UnknownEventType, ValueError; LookupError for a correction that does not fit its event.
    """
    state: Any = None
    for index, recorded in enumerate(events):
        aggregate = AGGREGATES[recorded.kind]
        if revises(recorded):
            state = revised(events[: index + 1])
        else:
            state = aggregate.fold(aggregate.initial if index == 0 else state, decode(recorded), recorded.meta)
        yield state
