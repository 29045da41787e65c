"""What analysis knows of a case: the notes of auditors."""

from msgspec import Struct


class AnalyticsFacts(Struct, frozen=True):
    """The events that hold an auditor's notes, oldest first."""

    audit_notes: tuple[str, ...] = ()
