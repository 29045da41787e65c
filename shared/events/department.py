"""Facts about departments that take part, and what they subscribe to (B-37)."""

from msgspec import Struct

from shared.events.shapes import MouldId, Note, Short
from shared.events.vocabulary import Department


class DepartmentAdded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A department gets events of these topics, of all moulds or of these."""

    name: Short
    dept: Department
    topics: list[Short]
    moulds: list[MouldId] = []


class DepartmentRemoved(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The department gets nothing more."""

    reason: Note
