"""The rules of analysis. Pure: an auditor notes what he found, in any state and about anything in the case."""

from collections.abc import Iterator

from shared.case.state import Case
from shared.events.case.analytics import AuditNoteAdded
from shared.rules.fields import filled
from shared.store.order import Fault, Known, Order


def check_note(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A note names what it is about."""
    yield from filled(order.draft, "refs")


def add_audit_note(order: Order, case: Case, known: Known) -> AuditNoteAdded:
    """The note."""
    draft: AuditNoteAdded = order.draft
    return draft
