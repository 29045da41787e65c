"""When a customer who has heard nothing hears from us again: by the clock PROGRESS of the case. Pure."""

from datetime import datetime

from shared.case.lifecycle import span
from shared.case.state import Case
from shared.clocks.catalogue import clocks_of
from shared.clocks.clock import Clock, instant_at
from shared.clocks.rules import Rulebook
from shared.events.vocabulary import CaseState, ClockName, Notice

WAITING = frozenset(span(CaseState.RECEIVED, CaseState.WORK_DONE))
"""States in which a customer waits for us."""
SHARE = 70
"""Percent of the target after which a word is sent: before anybody of ours is told that it is missing (75)."""


def running(case: Case, book: Rulebook) -> Clock | None:
    """The clock that runs to the next word; None when nothing is promised, and while it stands still."""
    if case.state not in WAITING:
        return None
    clocks = (one for one in clocks_of(case, book) if one.name is ClockName.PROGRESS and one.cycle == case.cycle)
    return next((one for one in clocks if one.stopped_at is None and one.paused_since is None), None)


def word_at(case: Case, clock: Clock, book: Rulebook) -> datetime:
    """When a word is sent, if nobody has spoken to the customer until then."""
    rules = book.versions(clock.policy_version, clock.calendar_version)
    return instant_at(clock, SHARE, rules) if rules is not None else clock.due_at


def is_paused(case: Case) -> bool:
    """Whether this clock stands still."""
    return any(one.clock is ClockName.PROGRESS and one.to is None for one in case.followup.pauses)


def has_word_waiting(case: Case) -> bool:
    """Whether a word on the progress is on its way already."""
    return any(
        one.trigger is Notice.PROGRESS and one.cycle == case.cycle and one.sent_at is None and one.delivered is None
        for one in case.followup.messages
    )
