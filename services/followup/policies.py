"""What follows from a report and its answer: the watch over the first response. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from shared.case.state import Case, report_of
from shared.clocks.catalogue import clocks_of
from shared.clocks.clock import Clock
from shared.clocks.policy import SERVICE_LEVELS
from shared.events.envelope import Recorded
from shared.events.policy import SlaPolicyPublished
from shared.masters.policy import Policy as Published
from shared.reactors.policy import Consequence, Policy, Reaction, Withdrawal
from shared.store.order import Known, Reference

GRACE = timedelta(seconds=1)
"""Sent a little later than due, so that no machine's clock is still before the due time when it is judged."""


def _levels(event: Any, state: Any) -> Sequence[Reference]:
    return (Reference("policy", SERVICE_LEVELS, ""),)


def _key(case_id: str, clock: Clock, cycle: int) -> str:
    return f"breach:{case_id}:{clock.name}:{cycle}"


def watch_clocks(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """Each running clock is flagged when its time has passed; a stopped one is not watched any more."""
    policy: Published | None = known.get("policy", SERVICE_LEVELS)
    version = policy.version(report_of(case).policy_version) if policy is not None else None
    if not isinstance(version, SlaPolicyPublished):
        return ()
    clocks = clocks_of(case, version.content, version.version)
    return [_watched(recorded.aggregate_id, clock, case.cycle) for clock in clocks]


def _watched(case_id: str, clock: Clock, cycle: int) -> Reaction:
    if clock.stopped_at is not None and clock.stopped_at <= clock.due_at:
        return Withdrawal(_key(case_id, clock, cycle))
    due_at = clock.due_at.isoformat()
    return Consequence(
        key=_key(case_id, clock, cycle),
        essence=due_at,
        service="followup",
        command="FlagBreach",
        aggregate_id=case_id,
        body={"clock": clock.name.value, "due_at": due_at, "policy_version": clock.policy_version},
        not_before=clock.due_at + GRACE,
    )


POLICIES = (
    Policy(
        "watch-clocks",
        frozenset({"FeedbackReceived", "InfoSupplemented", "Classified", "CaseAcknowledged"}),
        watch_clocks,
        first_position=0,
        consults=_levels,
    ),
)
