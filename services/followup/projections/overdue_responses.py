"""overdue_responses: every clock of every case, when it was due and when it stopped. "Overdue now" is a question.

One range for each change of a clock on the axis of recording, so that it can be asked as it was known at any position.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from shared.clocks.clock import Standstill
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change, ClockLine, Clocks, Since, Standing

_encode = msgspec.json.Encoder().encode


class ClockRange(Struct, frozen=True):
    """How a clock stood from one event, up to but without another; None: still. Columns as the fields of `Clock`.

    `pauses` are `Standstill` as JSON. A clock that stands still is not overdue later than `paused_since`.
    """

    aggregate_id: str
    version: int
    sequence: int
    to_sequence: int | None
    recorded_from: datetime
    recorded_to: datetime | None
    clock: str
    part: str
    cycle: int
    urgency: str
    customer_id: str | None
    policy_version: int
    calendar_version: str
    base: str
    target_seconds: int
    started_at: datetime
    started_by: str
    due_at: datetime
    is_provisional: bool
    pauses: list[str]
    paused_since: datetime | None
    stopped_at: datetime | None
    stopped_by: str
    stop_recorded_at: datetime | None
    is_withdrawn: bool
    agreed_until: datetime | None
    cause: str | None
    is_breached: bool


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[ClockRange]:
    """The ranges that end with this event, then those that begin with it."""
    after = change.after
    before: Clocks = change.before.clocks if change.before is not None else ()
    if before is after.clocks:
        return ()
    rows = [_range(after, *one, is_over=True) for one in _only(before, after.clocks)]
    return rows + [_range(after, *one) for one in _only(after.clocks, before)]


def _only(clocks: Clocks, others: Clocks) -> Iterator[tuple[ClockLine, Since]]:
    """Those that the others lack; a clock that did not change is the same object."""
    known = {id(one) for one in others}
    return (one for one in clocks if id(one) not in known and one not in others)


def _range(after: Standing, line: ClockLine, since: Since, *, is_over: bool = False) -> ClockRange:
    clock = line.clock
    return ClockRange(
        aggregate_id=after.aggregate_id,
        version=since.version,
        sequence=since.sequence,
        to_sequence=after.sequence if is_over else None,
        recorded_from=since.recorded_at,
        recorded_to=after.recorded_at if is_over else None,
        clock=clock.name.value,
        part=clock.part,
        cycle=clock.cycle,
        urgency=clock.urgency.value,
        customer_id=line.customer_id,
        policy_version=clock.policy_version,
        calendar_version=clock.calendar_version,
        base=clock.base.value,
        target_seconds=clock.target_seconds,
        started_at=clock.started_at,
        started_by=clock.started_by,
        due_at=clock.due_at,
        is_provisional=clock.is_provisional,
        pauses=[_encode(one).decode() for one in clock.pauses],
        paused_since=clock.paused_since,
        stopped_at=clock.stopped_at,
        stopped_by=clock.stopped_by,
        stop_recorded_at=clock.stop_recorded_at,
        is_withdrawn=clock.is_withdrawn,
        agreed_until=clock.agreed_until,
        cause=clock.cause.value if clock.cause is not None else None,
        is_breached=line.is_breached,
    )


def pause_of(text: str) -> Standstill:
    """A pause as a row holds it."""
    return msgspec.json.decode(text, type=Standstill)


OVERDUE_RESPONSES = Projection(
    name="overdue_responses",
    version=4,
    kinds=frozenset({"case"}),
    row=ClockRange,
    key=("aggregate_id", "clock", "part", "cycle", "sequence"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    to_sequence bigint,
    recorded_from timestamptz not null,
    recorded_to timestamptz,
    clock text not null,
    part text not null,
    cycle integer not null,
    urgency text not null,
    customer_id text,
    policy_version integer not null,
    calendar_version text not null,
    base text not null,
    target_seconds bigint not null,
    started_at timestamptz not null,
    started_by text not null,
    due_at timestamptz not null,
    is_provisional boolean not null,
    pauses text[] not null,
    paused_since timestamptz,
    stopped_at timestamptz,
    stopped_by text not null,
    stop_recorded_at timestamptz,
    is_withdrawn boolean not null,
    agreed_until timestamptz,
    cause text,
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
