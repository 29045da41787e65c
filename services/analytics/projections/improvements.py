"""improvements: what is to be made better, by whom until when, and where it stands (R-2.5.2-c)."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.case.facts.followup import Escalation
from shared.clocks.improvement import clock_of, is_flagged, raised_of
from shared.events.envelope import Recorded
from shared.masters.improvement import Improvement
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change


class ImprovementRow(Struct, frozen=True):
    """An improvement. What is planned is None before the plan; `is_effective`: what the last verification found.

    `close_by` is when its clock is due, None without a target; `ended_at` when it was closed or rejected. Of the
    present cycle: `is_overdue`, a breach is on record; `level` it was raised to, 0 for none; `told` who has not taken
    up yet what they were told, and in `told_levels` the level of each, the lowest first.
    """

    aggregate_id: str
    version: int
    sequence: int
    state: str
    source: str
    department: str
    evidence_cases: list[str]
    owner: str | None
    due_at: datetime | None
    target_metric: str | None
    baseline: float | None
    target: float | None
    is_effective: bool | None
    opened_at: datetime | None
    close_by: datetime | None
    is_overdue: bool
    level: int
    told: list[str]
    told_levels: list[int]
    ended_at: datetime | None
    updated_at: datetime


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[ImprovementRow]:
    """The improvement as it stands; one that was never opened has no row."""
    after, improvement = change.after, change.after.state
    assert isinstance(improvement, Improvement)
    if improvement.opened is None or improvement.state is None:
        return ()
    opened, plan = improvement.opened, improvement.plan
    raised = raised_of(improvement)
    waiting = _waiting(raised)
    begun, ended, clock = improvement.begun, improvement.ended, clock_of(improvement, reference.rulebook)
    row = ImprovementRow(
        after.aggregate_id,
        after.version,
        after.sequence,
        improvement.state.value,
        opened.source.value,
        opened.department.value,
        opened.evidence_cases,
        plan.owner if plan is not None else None,
        plan.due_at if plan is not None else None,
        plan.target_metric if plan is not None else None,
        plan.baseline if plan is not None else None,
        plan.target if plan is not None else None,
        improvement.is_effective,
        begun.at if begun is not None else None,
        clock.due_at if clock is not None else None,
        clock is not None and is_flagged(improvement, clock),
        max((one.level for one in raised), default=0),
        list(waiting),
        list(waiting.values()),
        ended.at if ended is not None else None,
        after.recorded_at,
    )
    return (row,)


def _waiting(raised: Sequence[Escalation]) -> dict[str, int]:
    """Who has not taken up what they were told, and the lowest level of that."""
    found: dict[str, int] = {}
    for one in sorted(raised, key=lambda one: one.level):
        for name in one.to if one.acknowledged_at is None else ():
            found.setdefault(name, one.level)
    return found


IMPROVEMENTS = Projection(
    name="improvements",
    version=3,
    kinds=frozenset({"improvement"}),
    row=ImprovementRow,
    key=("aggregate_id",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    state text not null,
    source text not null,
    department text not null,
    evidence_cases text[] not null,
    owner text,
    due_at timestamptz,
    target_metric text,
    baseline double precision,
    target double precision,
    is_effective boolean,
    opened_at timestamptz,
    close_by timestamptz,
    is_overdue boolean not null,
    level integer not null,
    told text[] not null,
    told_levels integer[] not null,
    ended_at timestamptz,
    updated_at timestamptz not null)""",
    apply=apply,
    folds=True,
    module=__name__,
)
