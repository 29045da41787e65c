"""The rules of a customer who does not answer: how often he was asked, in which time (decision 5 of the gaps). Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from shared.case.state import Case
from shared.clocks.calendar import Calendar
from shared.events.vocabulary import Notice
from shared.store.order import Fault

REQUESTS = 3
"""How often a customer is asked before somebody decides without an answer."""
WORKING_DAYS = 10
"""The time within which that must be."""


def requests(case: Case, trigger: Notice, since: datetime | None, until: datetime) -> list[datetime]:
    """When the customer was asked, by messages that were sent."""
    sent = [one.sent_at for one in case.followup.messages if one.trigger is trigger and one.sent_at is not None]
    return sorted(at for at in sent if at <= until and (since is None or at >= since))


def asked_in_vain(asked: Sequence[datetime], calendar: Calendar) -> Iterator[Fault]:
    """Three requests within ten working days of the calendar went without an answer."""
    rounds = zip(asked, asked[REQUESTS - 1 :], strict=False)
    if not any(calendar.working_days_between(first, last) <= WORKING_DAYS for first, last in rounds):
        values = {"current": len(asked), "least": REQUESTS, "most": WORKING_DAYS}
        yield Fault("S-GUARD", "ask_first", "unsigned", values)
