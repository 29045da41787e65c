"""The clock of an improvement: from its opening to its close-out, in calendar days (B-19). Pure."""

from collections.abc import Iterator

from shared.case.facts.followup import Escalation
from shared.clocks.bases import due
from shared.clocks.clock import Clock
from shared.clocks.escalation import Coming, rises
from shared.clocks.rules import Rulebook, Rules
from shared.clocks.targets import HOUR
from shared.events.vocabulary import ClockName, TargetName, Urgency
from shared.masters.improvement import Improvement

URGENCY = Urgency.NORMAL
"""An improvement has no urgency of its own."""


def rules_of(improvement: Improvement, book: Rulebook) -> Rules | None:
    """What was in force when it was opened; None before that, and where nothing was."""
    return book.in_force(improvement.begun.recorded_at) if improvement.begun is not None else None


def clock_of(improvement: Improvement, book: Rulebook) -> Clock | None:
    """By the policy in force when it was opened; None before that, and where the policy sets no target.

    One that was rejected owes nothing more; one that is opened again has its whole time again.
    """
    opened, ended = improvement.since, improvement.ended
    rules = rules_of(improvement, book)
    target = rules.policy.targets.get(TargetName.IMPROVEMENT, {}).get(URGENCY) if rules is not None else None
    if opened is None or rules is None or target is None:
        return None
    seconds = round(target.hours * HOUR)
    return Clock(
        name=ClockName.IMPROVEMENT,
        part="",
        cycle=improvement.cycle,
        urgency=URGENCY,
        base=target.base,
        target_seconds=seconds,
        started_at=opened.at,
        started_by=opened.event_id,
        due_at=due(target.base, rules.calendar, opened.at, seconds),
        policy_version=rules.policy_version,
        calendar_version=rules.calendar_version,
        stopped_at=ended.at if ended is not None else None,
        stopped_by=ended.event_id if ended is not None else "",
        stop_recorded_at=ended.recorded_at if ended is not None else None,
        is_withdrawn=ended is not None and improvement.closed_at is None,
    )


def raised_of(improvement: Improvement) -> list[Escalation]:
    """The levels that the clock was raised to in the present cycle."""
    return [one for one in improvement.escalations if one.cycle == improvement.cycle]


def is_flagged(improvement: Improvement, clock: Clock) -> bool:
    """Whether the breach of its clock is on record."""
    return any((one.cycle, one.due_at) == (clock.cycle, clock.due_at) for one in improvement.breaches)


def coming(improvement: Improvement, clock: Clock, rules: Rules) -> Iterator[Coming]:
    """Everything that is still to come of its clock, at times that may have passed; nothing once it has ended."""
    if clock.stopped_at is not None:
        return
    if not is_flagged(improvement, clock):
        yield Coming(clock.due_at, 0)
    yield from rises(clock, raised_of(improvement), rules)
