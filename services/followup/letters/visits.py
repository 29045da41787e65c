"""The visit as the customer's calendar is told of it. Pure."""

from shared.case.facts.dispatch import OnsiteRequest
from shared.case.state import Case
from shared.events.case.dispatch import VisitConfirmed
from shared.events.case.messages import Appointment
from shared.events.case.setbacks import VisitRescheduled
from shared.events.envelope import Recorded


def confirmed(recorded: Recorded, event: VisitConfirmed, case: Case) -> Appointment | None:
    """A visit that is agreed; None when it lay in the past already, or nobody asked for it."""
    visit = _request(recorded, case)
    if visit is None or event.visit_at <= recorded.meta.recorded_at:
        return None
    return Appointment(visit_id=visit.event_id, number=recorded.meta.version, starts_at=event.visit_at)


def moved(recorded: Recorded, event: VisitRescheduled, case: Case) -> Appointment | None:
    """A visit at another time; while that is not known it is called off."""
    visit = _request(recorded, case)
    if visit is None or visit.visit_at is None:
        return None
    return Appointment(
        visit_id=visit.event_id,
        number=recorded.meta.version,
        starts_at=event.new_visit_at,
        is_cancelled=event.new_visit_at is None,
    )


def cancelled(recorded: Recorded, case: Case) -> Appointment | None:
    """A visit that was agreed and does not take place; None when there is none to come."""
    visit = _request(recorded, case)
    if visit is None or visit.visit_at is None or visit.visit_at <= recorded.meta.occurred_at:
        return None
    return Appointment(
        visit_id=visit.event_id, number=recorded.meta.version, starts_at=visit.visit_at, is_cancelled=True
    )


def _request(recorded: Recorded, case: Case) -> OnsiteRequest | None:
    """The request that the event belongs to: the newest one before it."""
    before = [one for one in case.dispatch.requests if one.requested_at <= recorded.meta.occurred_at]
    return before[-1] if before else None
