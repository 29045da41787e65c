"""The clock of an improvement: from its opening to its close-out, in calendar days. Pure."""

from shared.clocks.bases import due
from shared.clocks.clock import Clock
from shared.clocks.rules import Rulebook
from shared.clocks.targets import HOUR
from shared.events.vocabulary import ClockName, TargetName, Urgency
from shared.masters.improvement import Improvement

URGENCY = Urgency.NORMAL
"""An improvement has no urgency of its own."""


def clock_of(improvement: Improvement, book: Rulebook) -> Clock | None:
    """By the policy in force when it was opened; None before that, and where the policy sets no target.

    One that was rejected owes nothing more; one that was opened again runs on from its first opening.
    """
    opened, ended = improvement.begun, improvement.ended
    rules = book.in_force(opened.recorded_at) if opened is not None else None
    target = rules.policy.targets.get(TargetName.IMPROVEMENT, {}).get(URGENCY) if rules is not None else None
    if opened is None or rules is None or target is None:
        return None
    seconds = round(target.hours * HOUR)
    return Clock(
        name=ClockName.IMPROVEMENT,
        part="",
        cycle=1,
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
