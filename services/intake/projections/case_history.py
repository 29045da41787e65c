"""case_history: what we knew of each case when, as ranges on the axis of recording that are only ever added to.

A range begins with the event that made it and ends, exclusive, with the next event of the case.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.events.envelope import Recorded
from shared.projections.case_line import CaseLine, line_of
from shared.projections.case_line_columns import LINE_COLUMNS
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change


class CaseRange(Struct, frozen=True):
    """A case's line while it was the newest: from its own event, up to but without another; None: still."""

    line: CaseLine
    to_sequence: int | None
    recorded_to: datetime | None


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[CaseRange]:
    """The range that ends, and the one that begins."""
    after = change.after
    begun = CaseRange(after.once(line_of), None, None)
    if change.before is None:
        return (begun,)
    return CaseRange(change.before.once(line_of), after.sequence, after.recorded_at), begun


CASE_HISTORY = Projection(
    name="case_history",
    version=5,
    kinds=frozenset({"case"}),
    row=CaseRange,
    key=("aggregate_id", "version"),
    table=f"""create table {{table}} ({LINE_COLUMNS},
    to_sequence bigint,
    recorded_to timestamptz)""",
    indexes=(
        "create index on {table} (sequence)",
        "create index on {table} (received_at, aggregate_id)",
        "create index on {table} (updated_at, sequence)",
    ),
    apply=apply,
    folds=True,
    ranges=True,
    module=__name__,
)
