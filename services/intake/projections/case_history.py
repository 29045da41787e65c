"""case_history: what we knew of each case when, as ranges on the axis of recording that are only ever added to.

A range begins with the event that made it and ends, exclusive, with the next event of the case.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from shared.events.catalogue import BY_KIND
from shared.events.envelope import Recorded
from shared.projections.case_line import CaseLine, next_line
from shared.projections.case_line_columns import LINE_COLUMNS
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class CaseRange(CaseLine, frozen=True):
    """A case's line while it was the newest: from one recording, up to but without another; None: still."""

    from_sequence: int
    to_sequence: int | None
    recorded_from: datetime
    recorded_to: datetime | None


def apply(current: CaseRange | None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[CaseRange]:
    """The range that ends, and the one that begins."""
    line = next_line(current, recorded, event, reference.levels)
    instant = recorded.meta.recorded_at
    values: list[Any] = [getattr(line, name) for name in CaseLine.__struct_fields__]
    values += [recorded.sequence, None, instant, None]
    begun = CaseRange(*values)
    if current is None:
        return (begun,)
    return replace(current, to_sequence=recorded.sequence, recorded_to=instant), begun


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
    module=__name__,
)
