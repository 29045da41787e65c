"""What is known of a case: one sub-state per stage, each folded by that stage's own file."""

from datetime import datetime

from msgspec import Struct

from shared.events.case.intake import FeedbackReceived
from shared.events.shapes import Unknown
from shared.events.vocabulary import CaseState, ClockName, MouldKind, ProblemType, Scope, Urgency


class IntakeFacts(Struct, frozen=True):
    """The report with everything supplied since, and the first response of this cycle."""

    report: FeedbackReceived | None = None
    registered_by: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""


class TriageFacts(Struct, frozen=True):
    """Urgency, type and fault as triage last set them."""

    urgency: Urgency | None = None
    problem_type: ProblemType | None = None
    fault_code: str | None = None
    cause_code: str | None = None
    classified_at: datetime | None = None


class Breach(Struct, frozen=True):
    """A clock that ran past its target, and the due time it missed."""

    clock: ClockName
    due_at: datetime
    cycle: int


class FollowupFacts(Struct, frozen=True):
    """What time brought about."""

    breaches: tuple[Breach, ...] = ()


class Case(Struct, frozen=True):
    """One customer problem on one mould, as the log tells it. `state` None: nothing has happened yet."""

    state: CaseState | None = None
    cycle: int = 1
    intake: IntakeFacts = IntakeFacts()
    triage: TriageFacts = TriageFacts()
    followup: FollowupFacts = FollowupFacts()


def report_of(case: Case) -> FeedbackReceived:
    """The report that opened the case. Raises: LookupError when there is none."""
    if case.intake.report is None:
        raise LookupError("the case has no report")
    return case.intake.report


def is_known(value: object) -> bool:
    """Whether a field holds a value: neither absent nor stated as unknown."""
    return value is not None and not isinstance(value, Unknown)


def urgency_of(case: Case) -> Urgency:
    """The urgency that counts now: triage's, else the claimed one, else NORMAL (decision 1 of the norm's gaps)."""
    if case.triage.urgency is not None:
        return case.triage.urgency
    claimed = report_of(case).claimed_urgency
    return claimed if isinstance(claimed, Urgency) else Urgency.NORMAL


def scope_of(case: Case) -> Scope | None:
    """The kind of service asked for, None while unknown."""
    scope = report_of(case).scope
    return scope if isinstance(scope, Scope) else None


def mould_kind_of(case: Case) -> MouldKind | None:
    """The kind of mould, None while unknown."""
    kind = report_of(case).mould_kind
    return kind if isinstance(kind, MouldKind) else None
