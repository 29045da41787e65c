"""Facts of analysis about a case: what an auditor noted."""

from msgspec import Struct

from shared.events.shapes import Note, Short


class AuditNoteAdded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An auditor's note; `refs` names what it is about."""

    note: Note
    refs: list[Short]
