"""What time brings about for a clock: its breach, and its rise to the next level (B-19). Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from shared.case.facts.followup import Escalation
from shared.case.lifecycle import ENDS
from shared.case.state import Case, urgency_of
from shared.clocks.clock import Clock, instant_at, is_late
from shared.clocks.rules import Rules
from shared.events.policy import EscalationStep
from shared.events.vocabulary import ClockName, EscalationTrigger, Urgency

TO_TAKE_UP = timedelta(hours=1)
"""How long somebody who was told of an urgent case may take before the next level is told; natural time."""


class Coming(Struct, frozen=True):
    """At `at` a clock runs out (`level` 0), or rises to a level for this reason."""

    at: datetime
    level: int
    trigger: EscalationTrigger | None = None


def next_of(case: Case, clock: Clock, rules: Rules) -> Coming | None:
    """What comes next; None for a clock that stands still or was stopped in time. Raises: calendar.NeverOpen."""
    return min(coming(case, clock, rules), key=lambda one: (one.at, one.level), default=None)


def coming(case: Case, clock: Clock, rules: Rules) -> Iterator[Coming]:
    """Everything that is still to come of a clock as the case stands, at times that may have passed.

    What was over when an imported case was entered is history: nobody could have been told. While a clock stands
    still, only what was due before is to come.
    """
    entered = case.intake.recorded_at if case.intake.origin == "import" else None
    still_since = clock.paused_since
    for one in _all_of(case, clock, rules):
        if (entered is None or one.at > entered) and (still_since is None or one.at <= still_since):
            yield one


def _all_of(case: Case, clock: Clock, rules: Rules) -> Iterator[Coming]:
    if case.state in ENDS:
        return
    if not is_flagged(case, clock) and (clock.stopped_at is None or is_late(clock.stopped_at, clock.due_at)):
        yield Coming(clock.due_at, 0)
    if clock.stopped_at is not None:
        return
    raised = raised_of(case, clock.name, clock.part, clock.cycle)
    yield from rises(clock, raised, rules)
    yield from unheeded(case, raised, rules.policy.escalation)


def rises(clock: Clock, raised: Sequence[Escalation], rules: Rules) -> Iterator[Coming]:
    """The levels that a clock has not reached yet, each at its share of the target. Raises: calendar.NeverOpen."""
    levels = {one.level for one in raised}
    for step in rules.policy.escalation:
        if step.level not in levels:
            yield Coming(instant_at(clock, step.percent, rules), step.level, EscalationTrigger.PERCENT)


def unheeded(case: Case, raised: Sequence[Escalation], steps: Sequence[EscalationStep]) -> Iterator[Coming]:
    """The level that is told when nobody takes the last one up; of urgent cases only."""
    last = max(raised, key=lambda one: one.level, default=None)
    if last is None or last.acknowledged_at is not None or urgency_of(case) is not Urgency.URGENT:
        return
    higher = [step.level for step in steps if step.level > last.level]
    if higher:
        yield Coming(last.at + TO_TAKE_UP, min(higher), EscalationTrigger.NOT_ACKNOWLEDGED)


def raised_of(case: Case, clock: ClockName, part: str, cycle: int) -> list[Escalation]:
    """The levels that a run which began in a cycle was raised to, then or later."""
    told = (one for one in case.followup.escalations if one.cycle >= cycle)
    return [one for one in told if (one.clock, one.part) == (clock, part)]


def cycle_of(case: Case, clock: ClockName, part: str) -> int:
    """The cycle in which the newest run of a clock began; the present one for a clock that never ran."""
    begun = [one.cycle for one in case.timing.runs if (one.clock, one.part) == (clock, part)]
    return begun[-1] if begun else case.cycle


def is_flagged(case: Case, clock: Clock) -> bool:
    """Whether the breach of a clock is on record at its present due time."""
    run = (clock.name, clock.part, clock.due_at)
    return any((one.clock, one.part, one.due_at) == run for one in case.followup.breaches)
