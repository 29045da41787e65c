"""When customers are called back after a service: which points a case needs, and when each is due. Pure."""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from shared.case.facts.followup import Attempt
from shared.case.state import Case, urgency_of, was_onsite
from shared.clocks.calendar import Calendar
from shared.clocks.clock import COMPANY_ZONE
from shared.events.policy import CallbackTerm, SlaContent
from shared.events.vocabulary import CallbackPoint, CallbackResult, Urgency

NORM = {
    CallbackPoint.D7: CallbackTerm(days=7, window=[-2, 2]),
    CallbackPoint.M1: CallbackTerm(months=1, window=[-5, 5]),
}
"""The norm's own example, "a week or a month" (2.5.1), for a policy that says nothing else."""


class Appointment(Struct, frozen=True):
    """A point, when it is due, and the window around it."""

    point: CallbackPoint
    due_at: datetime
    window_from: datetime
    window_to: datetime


def points_of(case: Case) -> tuple[CallbackPoint, ...]:
    """The points that a case needs: a week after the service; a month too if it was urgent or on site (R-2.5.1-a)."""
    if urgency_of(case) is Urgency.URGENT or was_onsite(case):
        return (CallbackPoint.D7, CallbackPoint.M1)
    return (CallbackPoint.D7,)


def appointments(case: Case, verified_at: datetime, content: SlaContent, calendar: Calendar) -> Iterator[Appointment]:
    """When a case that was verified at this instant is to be called back, by the terms of its policy.

    The window lies around the day that the call is due on, as it was moved.
    """
    for point in points_of(case):
        term = content.callbacks.get(point, NORM[point])
        due_at = due_after(verified_at, term, calendar)
        first, last = (due_at + timedelta(days=days) for days in term.window)
        yield Appointment(point, due_at, first, last)


def due_after(verified_at: datetime, term: CallbackTerm, calendar: Calendar) -> datetime:
    """The same time of day in the calendar's zone, days or calendar months later; on the next day that is worked."""
    local = verified_at.astimezone(calendar.zone)
    day = calendar.next_working_day(months_later(local.date(), term.months) + timedelta(days=term.days))
    return datetime.combine(day, local.time(), calendar.zone).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def result_of(score: int) -> CallbackResult:
    """What a final satisfaction from 1 to 5 means: 4 and 5 satisfied, 3 acceptable, 1 and 2 dissatisfied."""
    if score >= 4:
        return CallbackResult.SATISFIED
    return CallbackResult.ACCEPTABLE if score == 3 else CallbackResult.DISSATISFIED


def unscheduled(case: Case) -> tuple[CallbackPoint, ...]:
    """The points that a case needs and that nobody has scheduled."""
    scheduled = {one.point for one in case.followup.callbacks}
    return tuple(point for point in points_of(case) if point not in scheduled)


def unmade(case: Case) -> tuple[CallbackPoint, ...]:
    """The points that are scheduled and neither done nor given up."""
    return tuple(one.point for one in case.followup.callbacks if one.is_open)


ATTEMPTS, DAYS, WAYS = 3, 2, 2
"""A customer is unreachable after so many attempts, on so many days and in so many ways."""


def is_unreachable(attempts: tuple[Attempt, ...]) -> bool:
    """Whether enough was tried to give a call-back up; days are the company's."""
    days = {one.at.astimezone(COMPANY_ZONE).date() for one in attempts}
    return len(attempts) >= ATTEMPTS and len(days) >= DAYS and len({one.method for one in attempts}) >= WAYS


def is_dissatisfied(case: Case) -> bool:
    """Whether the customer said so at a call-back."""
    return any(one.result is CallbackResult.DISSATISFIED for one in case.followup.callbacks)
