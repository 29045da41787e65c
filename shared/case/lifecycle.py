"""The life cycle as data: which event is allowed from which state, where it leads and who may send it.

The shell checks it before a rule runs, the fold takes the new state from it, pages show the next actions
from it and the documents are made from it. Rules hold only what depends on fields.
"""

from collections.abc import Iterator

from msgspec import Struct

from shared.events.vocabulary import CaseState, Role

S = CaseState
OPEN = tuple(CaseState)[: tuple(CaseState).index(S.EVALUATED) + 1]
ENDS = (S.CLOSED, S.CANCELLED, S.MERGED, S.TRANSFERRED)
NOT_ENDED = tuple(state for state in CaseState if state not in ENDS)


def span(first: CaseState, last: CaseState) -> tuple[CaseState, ...]:
    """All states from `first` to `last` in the order of the norm."""
    states = tuple(CaseState)
    return states[states.index(first) : states.index(last) + 1]


class Transition(Struct, frozen=True):
    """One row: `event` is allowed in `states` (empty: opens a case) for `roles`; `to` None keeps the state."""

    event: str
    states: tuple[CaseState, ...]
    to: CaseState | None
    roles: frozenset[Role]
    clause: str


def _row(
    event: str, states: tuple[CaseState, ...], to: CaseState | None, roles: tuple[Role, ...], clause: str
) -> Transition:
    return Transition(event, states, to, frozenset(roles), clause)


_R = Role
TRANSITIONS: tuple[Transition, ...] = (
    _row(
        "FeedbackReceived",
        (),
        S.RECEIVED,
        (_R.SPECIALIST, _R.SUPERVISOR, _R.TECHNICIAN, _R.CUSTOMER, _R.SALES, _R.SYSTEM),
        "R-2.1.2-a",
    ),
    _row(
        "InfoSupplemented",
        span(S.RECEIVED, S.WORK_DONE),
        None,
        (_R.SPECIALIST, _R.SUPERVISOR, _R.TECHNICIAN, _R.CUSTOMER, _R.SALES),
        "R-2.1.2-b",
    ),
    _row("CaseAcknowledged", OPEN, None, (_R.SPECIALIST, _R.SUPERVISOR), "R-2.1.2-d"),
    _row("Classified", (S.RECEIVED,), S.TRIAGED, (_R.SPECIALIST, _R.SUPERVISOR), "R-2.1.3-b"),
    _row("SlaBreached", NOT_ENDED, None, (_R.SYSTEM,), "B-19"),
)

_BY_EVENT: dict[str, tuple[Transition, ...]] = {
    event: tuple(row for row in TRANSITIONS if row.event == event) for event in {row.event for row in TRANSITIONS}
}


def rows(event: str) -> tuple[Transition, ...]:
    """The rows of an event; empty for events of other aggregates."""
    return _BY_EVENT.get(event, ())


def transition(event: str, state: CaseState | None) -> Transition | None:
    """The row that allows `event` in `state` (None: there is no case yet), or None."""
    for row in rows(event):
        if (state in row.states) if state is not None else not row.states:
            return row
    return None


def next_events(state: CaseState, roles: frozenset[Role]) -> Iterator[Transition]:
    """What may happen next to a case in `state` by somebody in `roles`, in the order of the norm."""
    return (row for row in TRANSITIONS if state in row.states and row.roles & roles)
