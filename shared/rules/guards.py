"""What must have happened to a case before later steps, wherever they are decided."""

from collections.abc import Iterator

from shared.case.state import Case, report_of, urgency_of
from shared.events.vocabulary import CaseKind, Urgency
from shared.store.order import Fault


def acknowledged_if_urgent(case: Case) -> Iterator[Fault]:
    """An urgent case has had its first response in this cycle (R-2.1.2-d)."""
    if urgency_of(case) is Urgency.URGENT and case.intake.acknowledged_at is None:
        yield Fault("S-GUARD", "acknowledge_first")


def remedy_decided(case: Case) -> Iterator[Fault]:
    """A complaint is not over before its remedy is decided (B-11); nothing decides one in this release."""
    if report_of(case).case_kind is CaseKind.COMPLAINT:
        yield Fault("S-GUARD", "remedy_first")
