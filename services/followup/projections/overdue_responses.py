"""overdue_responses: every clock of every case, when it was due and when it stopped. "Overdue now" is a question.

One range for each change of a clock on the axis of recording, so that it can be asked as it was known at any position.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import astuple

from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change, ClockLine, Clocks, Since, Standing


class ClockRange(Struct, frozen=True):
    """How a clock stood from one event, up to but without another; None: still."""

    aggregate_id: str
    version: int
    sequence: int
    to_sequence: int | None
    recorded_from: datetime
    recorded_to: datetime | None
    clock: str
    part: str
    urgency: str
    customer_id: str | None
    policy_version: int
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    is_breached: bool


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[ClockRange]:
    """The ranges that end with this event, then those that begin with it."""
    after = change.after
    before: Clocks = change.before.clocks if change.before is not None else ()
    rows = [_range(after, *one, is_over=True) for one in _only(before, after.clocks)]
    return rows + [_range(after, *one) for one in _only(after.clocks, before)]


def _only(clocks: Clocks, others: Clocks) -> Iterator[tuple[ClockLine, Since]]:
    return (one for one in clocks if one not in others)


def _range(after: Standing, line: ClockLine, since: Since, *, is_over: bool = False) -> ClockRange:
    return ClockRange(
        after.aggregate_id,
        since.version,
        since.sequence,
        after.sequence if is_over else None,
        since.recorded_at,
        after.recorded_at if is_over else None,
        *astuple(line),
    )


OVERDUE_RESPONSES = Projection(
    name="overdue_responses",
    version=3,
    kinds=frozenset({"case"}),
    row=ClockRange,
    key=("aggregate_id", "clock", "part", "sequence"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    to_sequence bigint,
    recorded_from timestamptz not null,
    recorded_to timestamptz,
    clock text not null,
    part text not null,
    urgency text not null,
    customer_id text,
    policy_version integer not null,
    started_at timestamptz not null,
    due_at timestamptz not null,
    stopped_at timestamptz,
    is_breached boolean not null)""",
    indexes=(
        "create index on {table} (due_at) where to_sequence is null and stopped_at is null",
        "create index on {table} (due_at, clock)",
    ),
    apply=apply,
    folds=True,
    ranges=True,
    module=__name__,
)
