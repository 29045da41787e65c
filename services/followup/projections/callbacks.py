"""callbacks: every call-back that is or was to be made, its window, and how often the customer was tried (2.5.1)."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.case.facts.followup import Callback
from shared.case.state import Case
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change, Standing


class CallbackRow(Struct, frozen=True):
    """The `place`-th call-back of a cycle; `is_open` while somebody is still to call."""

    aggregate_id: str
    version: int
    sequence: int
    cycle: int
    place: int
    point: str
    due_at: datetime
    window_from: datetime
    window_to: datetime
    attempts: int
    last_attempt_at: datetime | None
    last_method: str | None
    done_at: datetime | None
    result: str | None
    given_up_at: datetime | None
    is_open: bool


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[CallbackRow]:
    """The call-backs that the event changed; those that a new cycle leaves behind are not open any more."""
    before, after = _callbacks(change.before), _callbacks(change.after)
    left = ((key, one) for key, one in before.items() if key not in after and one.is_open)
    changed = ((key, one) for key, one in after.items() if before.get(key) != one)
    rows = [_row(change.after, key, one, is_open=False) for key, one in left]
    return rows + [_row(change.after, key, one, is_open=one.is_open) for key, one in changed]


def _callbacks(standing: Standing | None) -> dict[tuple[int, int], Callback]:
    """The call-backs of the present cycle, by cycle and place."""
    if standing is None:
        return {}
    case: Case = standing.state
    return {(case.cycle, place): one for place, one in enumerate(case.followup.callbacks)}


def _row(after: Standing, key: tuple[int, int], one: Callback, *, is_open: bool) -> CallbackRow:
    last = one.attempts[-1] if one.attempts else None
    return CallbackRow(
        after.aggregate_id,
        after.version,
        after.sequence,
        *key,
        one.point.value,
        one.due_at,
        one.window_from,
        one.window_to,
        len(one.attempts),
        last.at if last is not None else None,
        last.method.value if last is not None else None,
        one.done_at,
        one.result.value if one.result is not None else None,
        one.given_up_at,
        is_open,
    )


CALLBACKS = Projection(
    name="callbacks",
    version=1,
    kinds=frozenset({"case"}),
    row=CallbackRow,
    key=("aggregate_id", "cycle", "place"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    cycle integer not null,
    place integer not null,
    point text not null,
    due_at timestamptz not null,
    window_from timestamptz not null,
    window_to timestamptz not null,
    attempts integer not null,
    last_attempt_at timestamptz,
    last_method text,
    done_at timestamptz,
    result text,
    given_up_at timestamptz,
    is_open boolean not null)""",
    indexes=("create index on {table} (due_at, aggregate_id, place) where is_open",),
    apply=apply,
    folds=True,
    module=__name__,
)
