"""case_history: what we knew of each case when, as ranges on the axis of recording that are only ever added to.

A range begins with the event that made it and ends, exclusive, with the next event of the case.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from shared.events.catalogue import BY_KIND
from shared.events.envelope import Recorded
from shared.projections.case_line import CaseLine, next_line
from shared.projections.case_line_columns import LINE_COLUMNS
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class CaseRange(Struct, frozen=True):
    """A case's line while it was the newest: from one recording, up to but without another; None: still."""

    line: CaseLine
    from_sequence: int
    to_sequence: int | None
    recorded_from: datetime
    recorded_to: datetime | None


def apply(current: CaseRange | None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[CaseRange]:
    """The range that ends, and the one that begins."""
    line = reference.once(next_line, None if current is None else current.line, recorded, event)
    instant = recorded.meta.recorded_at
    begun = CaseRange(line, recorded.sequence, None, instant, None)
    if current is None:
        return (begun,)
    return CaseRange(current.line, current.from_sequence, recorded.sequence, current.recorded_from, instant), begun


CASE_HISTORY = Projection(
    name="case_history",
    version=1,
    kinds=frozenset({"case"}),
    handles=frozenset(event.__name__ for event in BY_KIND["case"]),
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
    carries=True,
    ranges=True,
    module=__name__,
)
