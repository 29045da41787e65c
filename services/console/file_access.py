"""Who may read which file: whoever may read a case or a record that names it, and drawings only by need (B-27)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from services.console.collections import BY_KIND
from services.console.parts import Connection
from services.console.reading import Reading
from services.console.scopes import CASE_ROLES, DRAWING_ROLES, ORIGINAL_ROLES, scope_of
from services.console.sessions import Visitor
from shared.events.vocabulary import Role

_WITH_THE_CASE = (*CASE_ROLES, Role.CUSTOMER)
"""Read the files of the cases that they see; a department those that were sent to it."""


class Access(StrEnum):
    """How a file is shown."""

    NONE = "NONE"
    AS_IT_IS = "AS_IT_IS"
    MARKED = "MARKED"
    """As a copy that names its reader."""
    MARKED_OR_ORIGINAL = "MARKED_OR_ORIGINAL"


async def access(reading: Reading, connection: Connection, visitor: Visitor, digest: str) -> Access:
    """How the visitor may read a file (B-27); one that nobody names yet is read by nobody.

    What any record names as a drawing is a drawing wherever else it is named.
    """
    uses = await reading.read("file_uses")(connection, digest, scope_of(visitor, _WITH_THE_CASE))
    if any(use.is_drawing for use in uses):
        seen = await reading.read("file_uses")(connection, digest, scope_of(visitor, DRAWING_ROLES))
        if not any(use.is_seen for use in seen):
            return Access.NONE
        return Access.MARKED_OR_ORIGINAL if visitor.has(*ORIGINAL_ROLES) else Access.MARKED
    is_read = any(_opens(visitor, use) for use in uses) or await _in_records(reading, connection, visitor, uses)
    return Access.AS_IT_IS if is_read else Access.NONE


def _opens(visitor: Visitor, use: Any) -> bool:
    """A file of a case or a mould."""
    is_told = visitor.has(Role.DEPT) and (visitor.dept in use.departments or use.named_by == visitor.user)
    return bool(use.is_seen or (use.kind == "case" and is_told))


async def _in_records(reading: Reading, connection: Connection, visitor: Visitor, uses: Sequence[Any]) -> bool:
    """A file of another record that the visitor may see, such as the proof of a measure."""
    for use in uses:
        collection = BY_KIND.get(use.kind)
        if collection is None or use.kind == "mould" or not visitor.has(*collection.roles):
            continue
        member = use.aggregate_id.partition(".")[2]
        if await reading.read(collection.member)(connection, member, scope_of(visitor, collection.roles)):
            return True
    return False
