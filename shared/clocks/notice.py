"""When the official notice of coming days is missing. Pure."""

from datetime import date, datetime, timedelta

from shared.clocks.calendar import Calendar

AHEAD = timedelta(days=60)
"""How far ahead the official days should be known: longer than a month's call-back and most targets."""


def unconfirmed_from(calendar: Calendar, now: datetime) -> date | None:
    """The first local day within the next 60 that no official notice has confirmed; None when all are."""
    today = now.astimezone(calendar.zone).date()
    first = calendar.provisional_from
    return max(today, first) if first is not None and first <= today + AHEAD else None
