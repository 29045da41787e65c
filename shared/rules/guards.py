"""What must have happened to a case before later steps, wherever they are decided."""

from collections.abc import Iterator

from shared.case.state import Case, report_of, urgency_of
from shared.events.vocabulary import CaseKind, RemedyStep, Urgency
from shared.store.order import Fault


def acknowledged_if_urgent(case: Case) -> Iterator[Fault]:
    """An urgent case has had its first response in this cycle (R-2.1.2-d)."""
    if urgency_of(case) is Urgency.URGENT and case.intake.acknowledged_at is None:
        yield Fault("S-GUARD", "acknowledge_first")


def remedy_decided(case: Case) -> Iterator[Fault]:
    """A complaint is over once the customer accepted the remedy, or it was looked at twice (B-11, B-12)."""
    if report_of(case).case_kind is not CaseKind.COMPLAINT:
        return
    last = case.followup.remedies[-1] if case.followup.remedies else None
    if last is None or not (last.is_accepted or last.step is RemedyStep.SECOND_LOOK):
        yield Fault("S-GUARD", "remedy_first")
