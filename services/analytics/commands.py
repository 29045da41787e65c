"""The registry of analytics: one line a command."""

from services.analytics import decide
from shared.events.case.analytics import AuditNoteAdded
from shared.store.order import Command

COMMANDS = (Command("AddAuditNote", AuditNoteAdded, "case", decide.add_audit_note, decide.check_note),)
