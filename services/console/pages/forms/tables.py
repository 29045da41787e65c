"""What cannot be derived from an event: order, what is not asked, what is filled in, and which rows stand already."""

from collections.abc import Sequence
from datetime import timedelta

from shared.events.vocabulary import PreparationItem

FORM_KINDS = ("case", "customer", "mould", "channel", "department", "improvement", "report")
"""Kinds of aggregates whose commands have forms."""
PLACE = "seq"
"""The number of a step is its place."""
AFFIRMED_NONE = frozenset({"contact_email"})
"""May be unknown, but left empty it is simply not given: one contact way is enough."""
FIXED_ROWS = {"item": tuple(PreparationItem)}
"""Fields that make one row for each option."""
LEAST_ROWS = {"participants": 2}
"""How many rows a form shows at least, where that is not one for what is required and none else."""
NOW = frozenset(
    {"received_at", "ack_at", "held_at", "ended_at", "arrived_at", "finished_at", "read_at", "done_at", "signed_at"}
    | {"customer_informed_at", "confirmed_at", "checked_at", "sent_at", "meeting_at"}
)
"""Filled with the present instant."""
NOW_INSIDE = frozenset({"confirmation.at"})
"""The same by path."""
LATER = {"info_due_at": timedelta(hours=24)}
"""Filled with an instant to come."""
NOT_ASKED = frozenset({("MessageRequested", "letter"), ("MessageRequested", "appointment")})
"""What our own machinery says in a command that people send too."""
QUIET_ROWS = frozenset({"checklist", "sites"})
"""Rows that count only where more was typed than they were filled with."""
REQUIRED_DOCUMENTS = {
    "site": ("SERVICE_RECORD", "SITE_REPORT", "SIGNATURE", "PHOTO"),
    "remote": ("SERVICE_RECORD", "REMOTE_LOG", "COMPLETION"),
}
"""What the file of a case must hold before it is archived (R-2.4.2-a)."""
FOLDED: dict[str, tuple[str, ...]] = {
    "RegisterFeedback": (
        *("channel_address", "message_subject", "relayed_by", "relay_received_at", "letter_no", "posted_on"),
        *("arrived_on", "complained_about", "remedy_requested", "press", "material", "cavity_no", "shots_at_fault"),
        *("attachments", "related_case", "not_duplicate_of"),
    ),
}
"""Fields behind a fold of the form: seldom needed."""
CIRCUMSTANCES = ("at", "late_reason")
"""What every command may carry: when it happened, and why it is recorded late."""
_FIRST: dict[str, tuple[str, ...]] = {
    "RegisterFeedback": (
        *("case_kind", "channel", "received_at", "customer_id", "mould_id", "customer_name", "contact_name"),
        *("contact_phone", "contact_email", "raw_content_ref", "problem_description", "fault_at", "production_status"),
        *("claimed_urgency", "safety_risk", "scope", "mould_no", "mould_name", "mould_kind", "mould_model"),
        *("mould_spec", "order_no", "info_due_at", "site", "site_address"),
    ),
    "EvaluateService": ("process", "result", "attitude", "timeliness", "comment", "evaluated_by"),
}


def in_order(command: str, names: Sequence[str]) -> tuple[str, ...]:
    """These names in the order in which the form asks for them: the order of the event unless the table says more."""
    first = [name for name in _FIRST.get(command, ()) if name in names]
    return (*first, *(name for name in names if name not in first))
