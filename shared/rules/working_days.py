"""Working days until calendars come: Monday to Friday of the company's zone."""

from datetime import datetime, timedelta

from shared.clocks.clock import COMPANY_ZONE


def working_days_between(start: datetime, end: datetime) -> int:
    """The working days after the day of `start` up to and with the day of `end`; 0 when `end` is not later."""
    first, last = start.astimezone(COMPANY_ZONE).date(), end.astimezone(COMPANY_ZONE).date()
    weeks, rest = divmod(max(0, (last - first).days), 7)
    return weeks * 5 + sum((first + timedelta(days=one)).weekday() < 5 for one in range(1, rest + 1))
