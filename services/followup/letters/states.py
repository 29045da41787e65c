"""States that a customer is told of, as the policy of the case lists them (B-20). Pure."""

from typing import Any

from shared.case.lifecycle import TRANSITIONS, rows
from shared.case.state import Case
from shared.events.policy import SlaContent
from shared.events.vocabulary import CaseState

TELLING = frozenset(row.event for row in TRANSITIONS if row.to is not None)
"""Events that can change the state of a case."""


def new_state(event: Any, case: Case) -> CaseState | None:
    """The state that the event led to, None when it left the state alone.

    The case may have gone on since; where the event can lead to several states, the one it is in now is meant.
    """
    led = {row.to for row in rows(type(event).__name__) if row.to is not None and row.holds(event)}
    return case.state if case.state in led else next(iter(sorted(led)), None)


def is_told(state: CaseState | None, content: SlaContent | None) -> bool:
    """Whether the policy wants the customer to be told of this state."""
    return state is not None and content is not None and state in content.told_to_customer
