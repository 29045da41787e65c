"""What is known of a department: what it subscribed to."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from shared.events.catalogue import DepartmentEvent
from shared.events.department import DepartmentAdded, DepartmentRemoved
from shared.events.envelope import Meta


class Department(Struct, frozen=True):
    """A department; `added` None: nothing is known."""

    added: DepartmentAdded | None = None
    is_active: bool = False


def fold(department: Department, event: DepartmentEvent, meta: Meta) -> Department:
    """The department after one more event."""
    match event:
        case DepartmentAdded():
            return Department(event, is_active=True)
        case DepartmentRemoved():
            return replace(department, is_active=False)
        case _:
            assert_never(event)
