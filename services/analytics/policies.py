"""What time brings about for an improvement: its breach, and its rise to the next level (B-19). Pure."""

from collections.abc import Sequence
from typing import Any

from shared.clocks.improvement import clock_of, coming, rules_of
from shared.events.envelope import Recorded
from shared.masters.improvement import Improvement
from shared.reactors.policy import Policy, Reaction, Withdrawal
from shared.reactors.watching import Recording, breach_of, rise_of, told
from shared.rules.measuring import levels_and_calendars, rulebook
from shared.store.order import Known

_RECORDING = Recording("analytics", "FlagImprovementBreach", "EscalateImprovement")


def watch_improvement(recorded: Recorded, event: Any, improvement: Improvement, known: Known) -> Sequence[Reaction]:
    """While it runs, the next thing to come of its clock stands in the outbox; nothing once it has ended."""
    book, name = rulebook(known), recorded.aggregate_id
    clock, rules = clock_of(improvement, book), rules_of(improvement, book)
    key = f"clock:{name}:IMPROVEMENT"
    if clock is None or rules is None:
        return (Withdrawal(key),)
    found = min(coming(improvement, clock, rules), key=lambda one: (one.at, one.level), default=None)
    if found is None:
        return (Withdrawal(key),)
    if not found.level:
        return (breach_of(key, name, clock, _RECORDING),)
    to = told(found.level, rules.policy.escalation, _owner(improvement))
    return (rise_of(key, name, found, (clock.name, clock.part), to, _RECORDING),)


def _owner(improvement: Improvement) -> str:
    """Who answers for it; before it is planned its department."""
    assert improvement.opened is not None
    return improvement.plan.owner if improvement.plan is not None else improvement.opened.department.value


POLICIES = (
    Policy(
        "watch-improvements",
        frozenset(
            {
                "ImprovementOpened",
                "ImprovementPlanned",
                "ImprovementClosed",
                "ImprovementRejected",
                "ImprovementReopened",
                "SlaBreached",
                "Escalated",
            }
        ),
        watch_improvement,
        first_position=0,
        consults=levels_and_calendars,
        kind="improvement",
    ),
)
