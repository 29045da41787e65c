"""escalations: every level that a case was raised to, who was told, and who took it up (B-19)."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.case.facts.followup import Escalation
from shared.case.state import Case
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change, Standing
from shared.projections.waiting import waits


class EscalationRow(Struct, frozen=True):
    """The `place`-th time that a case was raised; `is_open` while it waits for somebody who was told."""

    aggregate_id: str
    version: int
    sequence: int
    place: int
    cycle: int
    clock: str
    part: str
    level: int
    trigger: str
    told: list[str]
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    is_open: bool


Line = tuple[Escalation, bool]


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[EscalationRow]:
    """The levels that the event raised, or that do not wait any more."""
    before, after = _lines(change.before), _lines(change.after)
    gone = [(one, False) for one, _ in before[len(after) :]]
    rows = [(place, line) for place, line in enumerate((*after, *gone)) if before[place : place + 1] != [line]]
    return [_row(change.after, place, *line) for place, line in rows]


def _lines(standing: Standing | None) -> list[Line]:
    if standing is None:
        return []
    case: Case = standing.state
    return [(one, waits(standing, one)) for one in case.followup.escalations]


def _row(after: Standing, place: int, one: Escalation, is_open: bool) -> EscalationRow:
    return EscalationRow(
        after.aggregate_id,
        after.version,
        after.sequence,
        place,
        one.cycle,
        one.clock.value,
        one.part,
        one.level,
        one.trigger.value,
        list(one.to),
        one.at,
        one.acknowledged_at,
        one.acknowledged_by or None,
        is_open,
    )


ESCALATIONS = Projection(
    name="escalations",
    version=1,
    kinds=frozenset({"case"}),
    row=EscalationRow,
    key=("aggregate_id", "place"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    place integer not null,
    cycle integer not null,
    clock text not null,
    part text not null,
    level integer not null,
    trigger text not null,
    told text[] not null,
    raised_at timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by text,
    is_open boolean not null)""",
    indexes=(
        "create index on {table} (level desc, raised_at, aggregate_id, place) where is_open",
        "create index on {table} using gin (told) where is_open",
    ),
    apply=apply,
    folds=True,
    module=__name__,
)
