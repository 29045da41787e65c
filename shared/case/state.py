"""What is known of a case: one sub-state per stage, each folded by that stage's own file."""

from datetime import datetime

from msgspec import Struct

from shared.events.case.intake import FeedbackReceived
from shared.events.shapes import Unknown
from shared.events.vocabulary import (
    CallbackPoint,
    CallbackResult,
    CaseState,
    Charge,
    ClockName,
    Department,
    DocumentKind,
    Liability,
    MouldKind,
    OnsiteReason,
    Phase,
    ProblemType,
    RemoteOutcome,
    ReportForm,
    Route,
    Scope,
    TrialResult,
    Urgency,
    Verdict,
    VerificationMode,
    Zone,
)


class IntakeFacts(Struct, frozen=True):
    """The report with everything supplied since, and the first response of this cycle."""

    report: FeedbackReceived | None = None
    registered_by: str = ""
    recorded_at: datetime | None = None
    origin: str = "live"
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""


class Warranty(Struct, frozen=True):
    """What the last assessment said."""

    verdict: Verdict
    liability: Liability
    charge: Charge


class Consultation(Struct, frozen=True):
    """A consultation: the event that asked for it and, once it was held, the event with its minutes."""

    event_id: str
    requested_at: datetime
    held_at: datetime | None = None
    held_event_id: str = ""
    route: Route | None = None


class RemoteSession(Struct, frozen=True):
    """A session of remote support and what it came to."""

    event_id: str
    outcome: RemoteOutcome
    started_at: datetime
    ended_at: datetime
    cycle: int


class TriageFacts(Struct, frozen=True):
    """Urgency, type and fault as triage last set them; warranty; what was consulted and tried from afar."""

    urgency: Urgency | None = None
    problem_type: ProblemType | None = None
    fault_code: str | None = None
    cause_code: str | None = None
    classified_at: datetime | None = None
    warranty: Warranty | None = None
    consultations: tuple[Consultation, ...] = ()
    sessions: tuple[RemoteSession, ...] = ()


class OnsiteRequest(Struct, frozen=True):
    """A request for a visit by whom and for whom, and how it was decided; `decided_at` None: still open."""

    event_id: str
    requested_by: frozenset[str]
    requested_at: datetime
    reason: OnsiteReason
    zone: Zone | None
    decided_at: datetime | None = None
    is_approved: bool = False


class Reading(Struct, frozen=True):
    """Who read the site's safety rules, and the event that says so."""

    user: str
    event_id: str


class Stay(Struct, frozen=True):
    """A stay of our people at the customer's: from arrival until the last one has left, and is back home."""

    people: tuple[str, ...]
    arrived_at: datetime
    left: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    departed_at: datetime | None = None
    returned_at: datetime | None = None

    @property
    def on_site(self) -> tuple[str, ...]:
        """Those who have not left."""
        return tuple(user for user in self.people if user not in self.left)

    @property
    def under_way(self) -> tuple[str, ...]:
        """Those who have left and are not back."""
        return tuple(user for user in self.left if user not in self.back)


class Plan(Struct, frozen=True):
    """A version of the plan: the numbers of its steps, what it costs, and whether the customer agreed to it."""

    version: int
    event_id: str
    steps: tuple[int, ...]
    charge: Charge
    proposed_at: datetime
    agreed_at: datetime | None = None
    is_refused: bool = False


class Trial(Struct, frozen=True):
    """A trial run, by number from 1."""

    number: int
    event_id: str
    result: TrialResult
    ended_at: datetime


class Verification(Struct, frozen=True):
    """The customer's word that the problem is solved."""

    event_id: str
    mode: VerificationMode
    verified_at: datetime


class CompletionReport(Struct, frozen=True):
    """The report that was handed over, and how many issues it leaves open."""

    form: ReportForm
    submitted_at: datetime
    open_issues: int


class Evaluation(Struct, frozen=True):
    """The customer's scores from 1 to 5."""

    evaluated_at: datetime
    process: int
    result: int
    attitude: int
    timeliness: int | None


class DispatchFacts(Struct, frozen=True):
    """The visit: asked for, approved, prepared, made, worked, tried, verified and reported.

    `visit_at`, `readings` count since the approval, `problem_confirmed_at` since the last arrival, `works` since the
    plan was agreed or a trial failed. `technicians` are those who are sent.
    """

    requests: tuple[OnsiteRequest, ...] = ()
    visit_at: datetime | None = None
    readings: tuple[Reading, ...] = ()
    technicians: tuple[str, ...] = ()
    stays: tuple[Stay, ...] = ()
    problem_confirmed_at: datetime | None = None
    fault_code: str | None = None
    plans: tuple[Plan, ...] = ()
    works: int = 0
    first_work_at: datetime | None = None
    last_work_at: datetime | None = None
    finished_at: datetime | None = None
    photo_exempt: bool = False
    trials: tuple[Trial, ...] = ()
    verification: Verification | None = None
    report: CompletionReport | None = None
    evaluation: Evaluation | None = None


class Breach(Struct, frozen=True):
    """A clock that ran past its target, and the due time it missed."""

    clock: ClockName
    due_at: datetime
    cycle: int


class Document(Struct, frozen=True):
    """A document in the file of the case."""

    doc_type: DocumentKind
    file_ref: str
    phase: Phase | None


class Feedback(Struct, frozen=True):
    """What a department was told; `acknowledged_at` None: it has not answered."""

    event_id: str
    department: Department
    sent_at: datetime
    acknowledged_at: datetime | None = None


class Callback(Struct, frozen=True):
    """A call-back: due when, in which window, and how it went; `done_at` None: still open."""

    point: CallbackPoint
    scheduled_at: datetime
    due_at: datetime
    window_from: datetime
    window_to: datetime
    done_at: datetime | None = None
    result: CallbackResult | None = None
    score: int | None = None


class FollowupFacts(Struct, frozen=True):
    """Documents, feedback, archive, call-backs, and what time brought about."""

    breaches: tuple[Breach, ...] = ()
    documents: tuple[Document, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    archived_at: datetime | None = None
    archive_no: str = ""
    callbacks: tuple[Callback, ...] = ()
    closed_at: datetime | None = None


class Case(Struct, frozen=True):
    """One customer problem on one mould, as the log tells it. `state` None: nothing has happened yet."""

    state: CaseState | None = None
    cycle: int = 1
    intake: IntakeFacts = IntakeFacts()
    triage: TriageFacts = TriageFacts()
    dispatch: DispatchFacts = DispatchFacts()
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


def fault_code_of(case: Case) -> str | None:
    """The fault that counts now: what was confirmed on site, else triage's."""
    return case.dispatch.fault_code or case.triage.fault_code


def request_of(case: Case) -> OnsiteRequest | None:
    """The newest request for a visit, None when nobody asked."""
    return case.dispatch.requests[-1] if case.dispatch.requests else None


def newest_plan(case: Case) -> Plan | None:
    """The plan that counts, None before the first."""
    return case.dispatch.plans[-1] if case.dispatch.plans else None


def newest_stay(case: Case) -> Stay | None:
    """The last stay at the customer's, None before the first arrival."""
    return case.dispatch.stays[-1] if case.dispatch.stays else None


def last_trial(case: Case) -> Trial | None:
    """The trial run that counts, None before the first."""
    return case.dispatch.trials[-1] if case.dispatch.trials else None


def is_sent(case: Case, user: str) -> bool:
    """Whether somebody is among the technicians who are sent."""
    return user in case.dispatch.technicians


def served_by(case: Case) -> frozenset[str]:
    """Everybody who is sent, or was at the customer's."""
    return frozenset(case.dispatch.technicians).union(*(stay.people for stay in case.dispatch.stays))


def was_onsite(case: Case) -> bool:
    """Whether the customer signed for the service on site; False for help from afar, and before either."""
    verified = case.dispatch.verification
    return verified is not None and verified.mode is VerificationMode.ONSITE
