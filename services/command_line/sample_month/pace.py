"""How long people take between two steps of a case, told as functions from the last moment to the next."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services.command_line.sample_month.tale import Tale
from services.command_line.sample_month.working_time import (
    HERE,
    at_time,
    desk_hour,
    is_working_day,
    morning,
    working_later,
)

Pace = Callable[[Tale, datetime], datetime]
LATE, EARLY = 21, 7
"""Hours of the day between which nobody works even when it is urgent."""


def working(low: float, high: float) -> Pace:
    """So many minutes of working time; when it is urgent a third of that, and after hours too."""

    def pace(tale: Tale, at: datetime) -> datetime:
        minutes = tale.chance.uniform(low, high) * (1.8 if tale.takes("slow") else 1.0)
        if tale.is_urgent:
            return _awake(at + timedelta(minutes=minutes / 3))
        return working_later(at, minutes)

    return pace


def soon(low: float, high: float) -> Pace:
    """So many minutes by the clock, whoever must stay longer for it."""

    def pace(tale: Tale, at: datetime) -> datetime:
        return at + timedelta(minutes=tale.chance.uniform(low, high))

    return pace


def answered(tale: Tale, at: datetime) -> datetime:
    """The first response: mostly in time, sometimes far too late."""
    spans = {"URGENT": (6, 40), "NORMAL": (10, 95), "MINOR": (25, 240)}
    too_late = {"URGENT": (70, 160), "NORMAL": (520, 900), "MINOR": (1500, 1900)}
    low, high = (too_late if tale.takes("late_response") else spans)[tale.given.urgency]
    return at + timedelta(minutes=tale.chance.uniform(low, high))


def next_day(low: int, high: int) -> Pace:
    """In the morning so many working days later."""

    def pace(tale: Tale, at: datetime) -> datetime:
        return morning(at, tale.chance.randint(low, high), tale.chance.uniform(10, 200))

    return pace


def at_the_visit(tale: Tale, at: datetime) -> datetime:
    """When the visit was agreed for, give or take a quarter of an hour."""
    assert tale.visit_at is not None
    return max(at + timedelta(minutes=10), tale.visit_at + timedelta(minutes=tale.chance.uniform(-10, 20)))


def after_verification(days: int, months: int) -> Pace:
    """At a desk hour, a day or two before the day that lies days or months after the verification; seldom after it."""

    def pace(tale: Tale, at: datetime) -> datetime:
        due = tale.verified_at.astimezone(HERE).date() + timedelta(days=days + (30 if months else 0))
        day = due + timedelta(days=1) if tale.odds(6) else due - timedelta(days=tale.chance.choice((2, 2, 1)))
        if not is_working_day(day):
            day -= timedelta(days=1)
        return max(desk_hour(day, tale.chance.uniform(20, 400)), working_later(at, 15))

    return pace


def visit_time(tale: Tale, at: datetime) -> datetime:
    """The morning that both sides agree on for the visit."""
    zone = tale.given.customer["sites"][0]["zone"]
    low, high = {"A": (1, 1), "B": (1, 2), "C": (1, 2), "OVERSEAS": (4, 6)}[zone]
    days = low if tale.is_urgent else tale.chance.randint(low, high)
    if tale.takes("slow"):
        days += 2
    return morning(at, days, tale.chance.choice((30, 60, 90)))


def _awake(at: datetime) -> datetime:
    here = at.astimezone(HERE)
    if EARLY <= here.hour < LATE:
        return at
    day = here.date() + timedelta(days=1 if here.hour >= LATE else 0)
    return at_time(day, here.time().replace(hour=EARLY))
