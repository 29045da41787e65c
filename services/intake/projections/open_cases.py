"""open_cases: one line per case, whatever its state. Lists, searches and the first page read it."""

from collections.abc import Sequence
from typing import Any

from shared.events.catalogue import BY_KIND
from shared.events.envelope import Recorded
from shared.projections.case_line import CaseLine, next_line
from shared.projections.case_line_columns import LINE_COLUMNS
from shared.projections.projection import Projection
from shared.projections.reference import Reference


def apply(current: CaseLine | None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[CaseLine]:
    """The case's line after one more event."""
    return (reference.once(next_line, current, recorded, event),)


OPEN_CASES = Projection(
    name="open_cases",
    version=1,
    kinds=frozenset({"case"}),
    handles=frozenset(event.__name__ for event in BY_KIND["case"]),
    row=CaseLine,
    key=("aggregate_id",),
    table=f"create table {{table}} ({LINE_COLUMNS})",
    indexes=(
        "create index on {table} (received_at, aggregate_id)",
        "create index on {table} (next_due_at)",
        "create index on {table} (customer_id)",
        "create index on {table} (mould_no)",
    ),
    apply=apply,
    carries=True,
    module=__name__,
)
