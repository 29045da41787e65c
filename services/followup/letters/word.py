"""When a customer who has heard nothing hears from us again: the target of PROGRESS after the last contact. Pure."""

from collections.abc import Iterator
from datetime import datetime

from shared.case.lifecycle import span
from shared.case.state import Case, received_at_of, urgency_of
from shared.clocks.clock import due, target_of
from shared.events.policy import SlaContent
from shared.events.vocabulary import CaseState, ClockName, Notice, TimeBase

WAITING = frozenset(span(CaseState.RECEIVED, CaseState.WORK_DONE))
"""States in which a customer waits for us."""
CONTACTS = frozenset(
    {"CaseAcknowledged", "RemoteSessionLogged", "VisitConfirmed", "TechnicianArrived", "PlanAgreed", "PlanRefused"}
    | {"CustomerNotified"}
)
"""Events by which a customer hears from us."""


def last_contact(case: Case) -> datetime:
    """When the customer heard from us last, else when he wrote to us."""
    return max((received_at_of(case), *_contacts(case)))


def _contacts(case: Case) -> Iterator[datetime]:
    if case.intake.acknowledged_at is not None:
        yield case.intake.acknowledged_at
    yield from (one.ended_at for one in case.triage.sessions)
    yield from (one.arrived_at for one in case.dispatch.stays)
    yield from (one.agreed_at for one in case.dispatch.plans if one.agreed_at is not None)
    yield from (one.sent_at for one in case.followup.messages if one.sent_at is not None)


def next_word_at(case: Case, content: SlaContent | None, contact_at: datetime) -> datetime | None:
    """When the customer hears from us again at the latest, None where the policy promises nothing."""
    target = target_of(content, ClockName.PROGRESS, urgency_of(case)) if content is not None else None
    if target is None or target.base is TimeBase.BH or case.state not in WAITING:
        return None
    return due(contact_at, target)


def is_paused(case: Case) -> bool:
    """Whether this clock stands still."""
    return any(one.clock is ClockName.PROGRESS and one.to is None for one in case.followup.pauses)


def has_word_waiting(case: Case) -> bool:
    """Whether a word on the progress is on its way already."""
    return any(one.trigger is Notice.PROGRESS and one.sent_at is None for one in case.followup.messages)
