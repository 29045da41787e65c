"""The rules of word to the customer. Pure: what is sent, and what was sent (B-20)."""

from collections.abc import Iterator

from shared.case.state import Case
from shared.events.case.messages import CustomerNotified, MessageRequested
from shared.store.order import Fault, Known, Order


def request_message(order: Order, case: Case, known: Known) -> MessageRequested:
    """Something is to be sent to the customer."""
    draft: MessageRequested = order.draft
    return draft


def check_notification(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A message that answers a request names one that waits."""
    draft: CustomerNotified = order.draft
    waiting = {one.event_id for one in case.followup.messages if one.sent_at is None}
    if draft.request_event_id is not None and draft.request_event_id not in waiting:
        yield Fault("V-REF", "not_found", "request_event_id", {"name": draft.request_event_id})


def notify_customer(order: Order, case: Case, known: Known) -> CustomerNotified:
    """What was sent or said."""
    draft: CustomerNotified = order.draft
    return draft
