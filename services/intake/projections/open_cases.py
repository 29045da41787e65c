"""open_cases: one line per case, whatever its state. Lists, searches and the first page read it."""

from collections.abc import Sequence

from shared.events.envelope import Recorded
from shared.projections.case_line import CaseLine, line_of
from shared.projections.case_line_columns import LINE_COLUMNS
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[CaseLine]:
    """The case's line after one more event."""
    return (change.after.once(line_of),)


OPEN_CASES = Projection(
    name="open_cases",
    version=3,
    kinds=frozenset({"case"}),
    row=CaseLine,
    key=("aggregate_id",),
    table=f"create table {{table}} ({LINE_COLUMNS})",
    indexes=(
        "create index on {table} (received_at, aggregate_id)",
        "create index on {table} (next_due_at)",
        "create index on {table} (customer_id)",
        "create index on {table} (mould_no)",
        "create index on {table} (mould_id)",
        "create index on {table} (contact_id)",
        "create index on {table} (aggregate_id) where state = 'ONSITE_APPROVED'",
    ),
    apply=apply,
    folds=True,
    module=__name__,
)
