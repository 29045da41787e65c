"""case_history: what we knew of each case when, as ranges on the axis of recording that are only ever added to.

A range begins with the event that made it and ends, exclusive, with the next event of the case.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import astuple

from shared.events.envelope import Recorded
from shared.projections.case_line import CaseLine, line_of
from shared.projections.case_line_columns import LINE_COLUMNS
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change, Standing


class CaseRange(CaseLine, frozen=True):
    """A case's line while it was the newest: from one recording, up to but without another; None: still."""

    from_sequence: int
    to_sequence: int | None
    recorded_from: datetime
    recorded_to: datetime | None


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[CaseRange]:
    """The range that ends, and the one that begins."""
    begun = _range(change.after, None)
    return (_range(change.before, change.after), begun) if change.before is not None else (begun,)


def _range(standing: Standing, following: Standing | None) -> CaseRange:
    to_sequence, recorded_to = (following.sequence, following.recorded_at) if following is not None else (None, None)
    values: list[Any] = [*astuple(standing.once(line_of)), standing.sequence, to_sequence]
    values += [standing.recorded_at, recorded_to]
    return CaseRange(*values)


CASE_HISTORY = Projection(
    name="case_history",
    version=2,
    kinds=frozenset({"case"}),
    row=CaseRange,
    key=("aggregate_id", "version"),
    table=f"""create table {{table}} ({LINE_COLUMNS},
    from_sequence bigint not null,
    to_sequence bigint,
    recorded_from timestamptz not null,
    recorded_to timestamptz)""",
    indexes=(
        "create index on {table} (to_sequence, from_sequence)",
        "create index on {table} (recorded_from, from_sequence)",
    ),
    apply=apply,
    folds=True,
    module=__name__,
)
