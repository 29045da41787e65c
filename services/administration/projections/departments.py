"""departments: who takes part and what each has subscribed to (B-37)."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from shared.events.department import DepartmentAdded, DepartmentRemoved
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class DepartmentRow(Struct, frozen=True):
    """A subscription of a department: topics as names of events, `moulds` by id, empty for all of them."""

    aggregate_id: str
    version: int
    sequence: int
    name: str
    dept: str
    topics: list[str]
    moulds: list[str]
    is_active: bool


def apply(
    current: DepartmentRow | None, recorded: Recorded, event: DepartmentAdded | DepartmentRemoved, reference: Reference
) -> Sequence[DepartmentRow]:
    """The subscription after one more event."""
    place = (recorded.aggregate_id, recorded.meta.version, recorded.sequence)
    if isinstance(event, DepartmentAdded):
        return (DepartmentRow(*place, event.name, event.dept.value, event.topics, event.moulds, True),)
    if current is None:
        return ()
    return (replace(current, version=recorded.meta.version, sequence=recorded.sequence, is_active=False),)


DEPARTMENTS = Projection(
    name="departments",
    version=1,
    kinds=frozenset({"department"}),
    handles=frozenset({"DepartmentAdded", "DepartmentRemoved"}),
    row=DepartmentRow,
    key=("aggregate_id",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    name text not null,
    dept text not null,
    topics text[] not null,
    moulds text[] not null,
    is_active boolean not null)""",
    apply=apply,
    carries=True,
    module=__name__,
)
