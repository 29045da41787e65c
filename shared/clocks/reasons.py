"""Reasons besides the clock for which a case is raised (B-19): danger, two reopenings, two refusals, a line that
stands for a day, a complaint of a key account. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from shared.case.lifecycle import ENDS
from shared.case.state import Case, received_at_of, report_of
from shared.events.vocabulary import CaseKind, ClockName, EscalationTrigger, ProductionStatus, UrgencyBasis

MANAGERS, GENERAL_MANAGER = 3, 4
"""The levels that reasons raise a case to."""
REFUSALS = 2
"""So many refused visits in a cycle are looked at by the managers."""
REOPENINGS = 2
"""So many reopenings, and every further one."""
LINE_DOWN = timedelta(hours=24)
"""How long a customer's line stands before the general manager is told."""


_STANDING = frozenset({EscalationTrigger.SAFETY, EscalationTrigger.KEY_ACCOUNT})
"""What is so until the case is solved, and not an event of some hour."""


class Reason(Struct, frozen=True):
    """Why a case is raised, to which level, since when, and the clock that the rise is told under."""

    trigger: EscalationTrigger
    level: int
    at: datetime
    clock: ClockName = ClockName.RESOLUTION


def reasons(case: Case, *, is_key_account: bool) -> Iterator[Reason]:
    """Everything besides its clocks for which a case is raised in this cycle; none once it is solved or has ended.

    What happened before an imported case was entered is history; what is so now is not.
    """
    if case.state in ENDS or case.dispatch.verification is not None:
        return
    entered = case.intake.recorded_at if case.intake.origin == "import" else None
    for one in _all_of(case, is_key_account):
        if entered is None or one.at > entered or one.trigger in _STANDING:
            yield one


def _all_of(case: Case, is_key_account: bool) -> Iterator[Reason]:
    report, since = report_of(case), received_at_of(case)
    if report.safety_risk is True or UrgencyBasis.SAFETY in case.triage.urgency_basis:
        yield Reason(EscalationTrigger.SAFETY, MANAGERS, since)
    if case.followup.reopened >= REOPENINGS:
        yield Reason(EscalationTrigger.SECOND_REOPEN, MANAGERS, since)
    refused = [one for one in case.dispatch.requests if one.is_refused and one.cycle == case.cycle]
    if len(refused) >= REFUSALS:
        at = refused[REFUSALS - 1].decided_at or since
        yield Reason(EscalationTrigger.TWO_REFUSALS, MANAGERS, at, ClockName.APPROVAL)
    if report.production_status is ProductionStatus.LINE_DOWN:
        stood_at = report.fault_at if isinstance(report.fault_at, datetime) else since
        yield Reason(EscalationTrigger.LINE_DOWN, GENERAL_MANAGER, stood_at + LINE_DOWN)
    if report.case_kind is CaseKind.COMPLAINT and is_key_account:
        yield Reason(EscalationTrigger.KEY_ACCOUNT, GENERAL_MANAGER, since)
