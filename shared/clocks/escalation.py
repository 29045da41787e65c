"""What time brings about for a clock: its breach, and its rise to the next level (B-19). Pure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from shared.case.facts.followup import Escalation
from shared.case.lifecycle import ENDS
from shared.case.state import Case, urgency_of
from shared.clocks.clock import Clock
from shared.events.policy import EscalationStep
from shared.events.vocabulary import ClockName, EscalationTrigger, Urgency

TO_TAKE_UP = timedelta(hours=1)
"""How long somebody who was told of an urgent case may take before the next level is told; natural time."""


class Coming(Struct, frozen=True):
    """At `at` a clock runs out (`level` 0), or rises to a level for this reason."""

    at: datetime
    level: int
    trigger: EscalationTrigger | None = None


Instants = Callable[[int], datetime]
"""(percent of the target) -> when so much of it is used."""


def next_of(case: Case, clock: Clock, steps: Sequence[EscalationStep], instants: Instants) -> Coming | None:
    """What comes next; None for a clock that stands still or was stopped in time."""
    return min(coming(case, clock, steps, instants), key=lambda one: (one.at, one.level), default=None)


def coming(case: Case, clock: Clock, steps: Sequence[EscalationStep], instants: Instants) -> Iterator[Coming]:
    """Everything that is still to come of a clock as the case stands, at times that may have passed.

    What was over when an imported case was entered is history: nobody could have been told. While a clock stands
    still, only what was due before is to come.
    """
    entered = case.intake.recorded_at if case.intake.origin == "import" else None
    still_since = standing_still_since(case, clock.name)
    for one in _all_of(case, clock, steps, instants):
        if (entered is None or one.at > entered) and (still_since is None or one.at <= still_since):
            yield one


def _all_of(case: Case, clock: Clock, steps: Sequence[EscalationStep], instants: Instants) -> Iterator[Coming]:
    if case.state in ENDS:
        return
    if not is_flagged(case, clock) and (clock.stopped_at is None or clock.stopped_at > clock.due_at):
        yield Coming(clock.due_at, 0)
    if clock.stopped_at is not None:
        return
    raised = raised_of(case, clock.name, clock.part)
    levels = {one.level for one in raised}
    for step in steps:
        if step.level not in levels:
            yield Coming(instants(step.percent), step.level, EscalationTrigger.PERCENT)
    yield from unheeded(case, raised, steps)


def unheeded(case: Case, raised: Sequence[Escalation], steps: Sequence[EscalationStep]) -> Iterator[Coming]:
    """The level that is told when nobody takes the last one up; of urgent cases only."""
    last = max(raised, key=lambda one: one.level, default=None)
    if last is None or last.acknowledged_at is not None or urgency_of(case) is not Urgency.URGENT:
        return
    higher = [step.level for step in steps if step.level > last.level]
    if higher:
        yield Coming(last.at + TO_TAKE_UP, min(higher), EscalationTrigger.NOT_ACKNOWLEDGED)


def raised_of(case: Case, clock: ClockName, part: str) -> list[Escalation]:
    """The levels that a run of a clock was raised to in this cycle."""
    told = (one for one in case.followup.escalations if one.cycle == case.cycle)
    return [one for one in told if (one.clock, one.part) == (clock, part)]


def is_flagged(case: Case, clock: Clock) -> bool:
    """Whether the breach of a clock is on record at its present due time."""
    return any((one.clock, one.due_at) == (clock.name, clock.due_at) for one in case.followup.breaches)


def standing_still_since(case: Case, clock: ClockName) -> datetime | None:
    """When a clock began to stand still, None while it runs."""
    return min((one.since for one in case.followup.pauses if one.clock is clock and one.to is None), default=None)
