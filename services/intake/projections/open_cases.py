"""open_cases: one line per case, whatever its state. Lists, searches and the first page read it."""

from collections.abc import Sequence

from msgspec import Struct

from shared.events.envelope import Recorded
from shared.projections.case_line import CaseLine, line_of
from shared.projections.case_line_columns import LINE_COLUMNS
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change

STATES_OF_OPEN = """('RECEIVED', 'TRIAGED', 'DIAGNOSING', 'REMOTE_RESOLVED', 'ONSITE_REQUESTED', 'ONSITE_APPROVED',
    'PREPARED', 'ON_SITE', 'PLAN_AGREED', 'WORK_DONE', 'VERIFIED', 'EVALUATED')"""
"""As the view of open cases names them: an index serves a question that names the same."""


class OpenCase(Struct, frozen=True):
    """A case's line, and its customer's name as lists sort it: by GB18030, None while the case itself says none."""

    line: CaseLine
    customer_key: bytes | None


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[OpenCase]:
    """The case's line after one more event."""
    line = change.after.once(line_of)
    return (OpenCase(line, line.customer_name.encode("gb18030") if line.customer_name is not None else None),)


OPEN_CASES = Projection(
    name="open_cases",
    version=6,
    kinds=frozenset({"case"}),
    row=OpenCase,
    key=("aggregate_id",),
    table=f"""create table {{table}} ({LINE_COLUMNS},
    customer_key bytea)""",
    indexes=(
        "create index on {table} (received_at, aggregate_id)",
        "create index on {table} (updated_at, aggregate_id)",
        "create index on {table} (coalesce(next_due_at, 'infinity'), aggregate_id)",
        f"create index on {{table}} (coalesce(next_due_at, 'infinity'), aggregate_id) where state in {STATES_OF_OPEN}",
        "create index on {table} (array_position(array['URGENT', 'NORMAL', 'MINOR'], urgency), aggregate_id)",
        "create index on {table} (customer_key, aggregate_id)",
        "create index on {table} (next_due_at)",
        "create index on {table} (aggregate_id) where state in ('CANCELLED', 'MERGED', 'TRANSFERRED')",
        "create index on {table} (registered_by)",
        "create index on {table} (acknowledged_by)",
        "create index on {table} using gin (technicians)",
        "create index on {table} (mould_no)",
        "create index on {table} (order_no)",
        "create index on {table} (fault_code)",
        "create index on {table} (customer_name)",
        "create index on {table} (mould_name)",
        "create index on {table} (customer_id)",
        "create index on {table} (mould_id)",
        "create index on {table} (contact_id)",
        "create index on {table} (aggregate_id) where state = 'ONSITE_APPROVED'",
    ),
    apply=apply,
    folds=True,
    module=__name__,
)
