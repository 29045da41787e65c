"""The rules of word to the customer. Pure: what is sent, and what was sent (B-20)."""

from collections.abc import Iterator

from msgspec.structs import replace

from services.followup.letters.word import WAITING, is_paused
from shared.case.facts.followup import Message
from shared.case.state import Case
from shared.events.case.messages import CustomerNotified, MessageRequested
from shared.events.vocabulary import Notice, Role
from shared.store.order import AlreadyTrue, Fault, Known, Order, Refused


def asked_before(draft: MessageRequested) -> str | None:
    """The request that is to be sent once more."""
    return draft.again_of


def check_request(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """What is sent once more was asked for in this case."""
    draft: MessageRequested = order.draft
    if draft.again_of is None:
        return
    found = known.past.named(draft.again_of)
    if found is None or found.meta.type != MessageRequested.__name__ or _asked(case, draft.again_of) is None:
        yield Fault("V-REF", "not_found", "again_of", {"name": draft.again_of})


def request_message(order: Order, case: Case, known: Known) -> MessageRequested:
    """Something is to be sent to the customer; what is sent once more is sent as it was written.

    A word on the progress was planned hours ago: it is wanted only while the customer still waits.
    """
    draft: MessageRequested = order.draft
    is_planned = order.actor.role is Role.SYSTEM and draft.trigger is Notice.PROGRESS
    if is_planned and (case.state not in WAITING or is_paused(case)):
        raise Refused(Fault("S-GUARD", "nobody_waits"))
    if draft.again_of is None:
        return draft
    first = known.past.opened
    if first is None or first.get("text") is None or first.get("to") is None:
        raise Refused(Fault("S-GUARD", "text_erased", "again_of"))
    return replace(draft, via=first["via"], to=first["to"], text=first["text"], trigger=first["trigger"])


def check_notification(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A message that answers a request names one that waits, or one that came back. Raises: AlreadyTrue."""
    draft: CustomerNotified = order.draft
    if draft.request_event_id is None:
        return
    asked = _asked(case, draft.request_event_id)
    if asked is not None and _is_news(draft, asked, order.actor.role):
        return
    if asked is not None and order.actor.role is Role.SYSTEM:
        raise AlreadyTrue(CustomerNotified.__name__)
    yield Fault("V-REF", "not_found", "request_event_id", {"name": draft.request_event_id})


def notify_customer(order: Order, case: Case, known: Known) -> CustomerNotified:
    """What was sent or said."""
    draft: CustomerNotified = order.draft
    return draft


def _asked(case: Case, request_id: str) -> Message | None:
    return next((one for one in case.followup.messages if one.request_id == request_id), None)


def _is_news(draft: CustomerNotified, asked: Message, role: Role) -> bool:
    """Whether it was not known before; that it did not arrive a person may say once more."""
    if draft.delivered is not False:
        return asked.sent_at is None
    return asked.delivered is not False or role is not Role.SYSTEM
