"""staff: our people and customers' users, as they are listed."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from shared.events.envelope import Recorded
from shared.events.staff import PersonRegistered, RoleGranted, SkillRecorded, UserAdded, UserDisabled
from shared.masters.staff import StaffEvent
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class StaffRow(Struct, frozen=True):
    """One person by user name; skills as `name level`."""

    aggregate_id: str
    version: int
    sequence: int
    is_user: bool
    is_registered: bool
    is_active: bool
    roles: list[str]
    dept: str | None
    customer_id: str | None
    name: str | None
    skills: list[str]


def apply(current: StaffRow | None, recorded: Recorded, event: StaffEvent, reference: Reference) -> Sequence[StaffRow]:
    """The person after one more event."""
    row = current or StaffRow(recorded.aggregate_id, 0, 0, False, False, False, [], None, None, None, [])
    return (_moved(replace(row, version=recorded.meta.version, sequence=recorded.sequence), event),)


def _moved(row: StaffRow, event: StaffEvent) -> StaffRow:
    match event:
        case UserAdded():
            dept = event.dept.value if event.dept is not None else row.dept
            roles = [role.value for role in event.roles]
            return replace(row, is_user=True, is_active=True, roles=roles, dept=dept, customer_id=event.customer_id)
        case RoleGranted():
            return replace(row, roles=[role.value for role in event.roles])
        case UserDisabled():
            return replace(row, is_active=False)
        case PersonRegistered():
            return replace(row, is_registered=True, name=event.name, dept=event.dept.value)
        case SkillRecorded():
            kept = [skill for skill in row.skills if skill.rpartition(" ")[0] != event.skill]
            return replace(row, skills=sorted([*kept, f"{event.skill} {event.level}"]))
        case _:
            return row


STAFF = Projection(
    name="staff",
    version=1,
    kinds=frozenset({"staff"}),
    handles=frozenset(
        {
            "UserAdded",
            "RoleGranted",
            "UserDisabled",
            "PersonRegistered",
            "SkillRecorded",
            "DelegateAppointed",
            "DelegateRevoked",
        }
    ),
    row=StaffRow,
    key=("aggregate_id",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    is_user boolean not null,
    is_registered boolean not null,
    is_active boolean not null,
    roles text[] not null,
    dept text,
    customer_id text,
    name text,
    skills text[] not null)""",
    apply=apply,
    carries=True,
    module=__name__,
)
