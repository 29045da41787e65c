"""The rules of opening a case again. Pure: how long that is possible, and which rules the new cycle begins under."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import msgspec

from shared.case.state import Case
from shared.clocks.policy import CALENDAR, FAULT_CODES, SERVICE_LEVELS
from shared.events.case.followup import CaseReopened
from shared.events.vocabulary import ReopenTrigger
from shared.rules.acting import refuse
from shared.rules.calendars import calendar_version
from shared.store.order import Fault, Known, Order, Reference

AFTER_CLOSING = timedelta(days=90)
"""How long a closed case may come back; later the same fault is a new case that names this one."""
AFTER_CANCELLING = timedelta(days=30)
"""How long a case that was cancelled in error may come back."""


def rules_in_force(draft: CaseReopened, case: Case) -> Iterable[Reference]:
    """The rules that the new cycle begins under."""
    for name in (SERVICE_LEVELS, CALENDAR, FAULT_CODES):
        yield Reference("policy", name, "")


def reopen_case(order: Order, case: Case, known: Known) -> CaseReopened:
    """The same problem is back, or the case was cancelled in error; a new cycle begins under today's rules."""
    draft: CaseReopened = order.draft
    refuse(_in_time(order, case))
    levels, codes = known.service_levels(SERVICE_LEVELS, order.now), known.vocabulary(FAULT_CODES, order.now)
    return msgspec.structs.replace(
        draft,
        policy_version=levels.version if levels is not None else 0,
        calendar_version=calendar_version(known, order.now),
        vocabulary_version=codes.version if codes is not None else 0,
    )


def _in_time(order: Order, case: Case) -> Iterator[Fault]:
    draft: CaseReopened = order.draft
    if draft.trigger is ReopenTrigger.CANCELLED_IN_ERROR:
        if case.intake.ended_at is not None and order.at > case.intake.ended_at + AFTER_CANCELLING:
            yield Fault("S-GUARD", "cancelled_too_long_ago", "trigger", {"most": AFTER_CANCELLING.days})
    elif case.followup.closed_at is not None and order.at > case.followup.closed_at + AFTER_CLOSING:
        yield Fault("S-GUARD", "closed_too_long_ago", "trigger", {"most": AFTER_CLOSING.days})
