"""The life cycle as data: which event is allowed from which state, where it leads and who may send it.

The shell checks it before a rule runs, the fold takes the new state from it, pages show the next actions
from it and the documents are made from it. Rules hold only what depends on fields.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from shared.events.vocabulary import CaseState, Role

S = CaseState
OPEN = tuple(CaseState)[: tuple(CaseState).index(S.EVALUATED) + 1]
ENDS = (S.CLOSED, S.CANCELLED, S.MERGED, S.TRANSFERRED)
NOT_MERGED = tuple(state for state in CaseState if state is not S.MERGED)
NOT_ENDED = tuple(state for state in CaseState if state not in ENDS)


def span(first: CaseState, last: CaseState) -> tuple[CaseState, ...]:
    """All states from `first` to `last` in the order of the norm."""
    states = tuple(CaseState)
    return states[states.index(first) : states.index(last) + 1]


class When(Struct, frozen=True):
    """A row holds only for events whose `field` has one of `values`."""

    field: str
    values: frozenset[str]


class Transition(Struct, frozen=True):
    """One row: `event` is allowed in `states` (empty: opens a case) for `roles`; `to` None keeps the state.

    `begins_cycle`: the event is the first of the next cycle.
    """

    event: str
    states: tuple[CaseState, ...]
    to: CaseState | None
    roles: frozenset[Role]
    clause: str
    when: When | None = None
    begins_cycle: bool = False

    def holds(self, event: Any) -> bool:
        """Whether the row is about an event with these fields; None stands for any."""
        return self.when is None or event is None or getattr(event, self.when.field) in self.when.values


def _row(
    event: str,
    states: tuple[CaseState, ...],
    to: CaseState | None,
    roles: tuple[Role, ...],
    clause: str,
    when: When | None = None,
    *,
    begins_cycle: bool = False,
) -> Transition:
    return Transition(event, states, to, frozenset(roles), clause, when, begins_cycle)


_R = Role
_DESK = (_R.SPECIALIST, _R.SUPERVISOR)
_DEPARTMENTS = (_R.SPECIALIST, _R.SUPERVISOR, _R.ENGINEER, _R.TECHNICIAN)
_SENT = (_R.TECHNICIAN, _R.ENGINEER)
_SIGNING = (_R.CUSTOMER, _R.TECHNICIAN, _R.ENGINEER)
_AFTER_SERVICE = span(S.VERIFIED, S.ARCHIVED)
_RESOLVED = When("outcome", frozenset({"RESOLVED"}))
_FAILED = When("result", frozenset({"FAIL"}))
_REMOTE = When("mode", frozenset({"REMOTE"}))
_ONSITE = When("mode", frozenset({"ONSITE"}))
_REDO = When("decision", frozenset({"REDO"}))
_IN_ERROR = When("trigger", frozenset({"CANCELLED_IN_ERROR"}))
_BACK_AGAIN = When("trigger", frozenset({"CALLBACK", "CUSTOMER", "AUDIT"}))
_STORE = (_R.SUPERVISOR, _R.DEPT)
_WORD_TO_CUSTOMER = (*_DEPARTMENTS, _R.SALES, _R.SYSTEM)
_AT_WORK = span(S.TRIAGED, S.WORK_DONE)
_SINCE_TRIAGE = span(S.TRIAGED, S.CLOSED)

TRANSITIONS: tuple[Transition, ...] = (
    _row(
        "FeedbackReceived",
        (),
        S.RECEIVED,
        (_R.SPECIALIST, _R.SUPERVISOR, _R.TECHNICIAN, _R.CUSTOMER, _R.SALES, _R.SYSTEM),
        "R-2.1.2-a",
    ),
    _row(
        "InfoSupplemented",
        span(S.RECEIVED, S.WORK_DONE),
        None,
        (_R.SPECIALIST, _R.SUPERVISOR, _R.TECHNICIAN, _R.CUSTOMER, _R.SALES),
        "R-2.1.2-b",
    ),
    _row("InformationWaived", (S.RECEIVED,), None, (_R.SUPERVISOR,), "R-2.1.2-b"),
    _row("CaseMarkedDuplicate", (S.RECEIVED, S.TRIAGED), S.MERGED, _DESK, "B-33"),
    _row("DuplicateAbsorbed", NOT_MERGED, None, (_R.SYSTEM,), "B-33"),
    _row("DuplicateUnmarked", (S.MERGED,), S.RECEIVED, (_R.SUPERVISOR,), "B-33"),
    _row("DuplicateReleased", tuple(CaseState), None, (_R.SYSTEM,), "B-33"),
    _row("CaseTransferred", (S.RECEIVED, S.TRIAGED), S.TRANSFERRED, _DESK, "R-1.2-b"),
    _row("TransferReturned", (S.TRANSFERRED,), S.RECEIVED, (_R.DEPT,), "R-1.2-b"),
    _row("CaseCancelled", span(S.RECEIVED, S.PREPARED), S.CANCELLED, _DESK, "R-1.2-b"),
    _row("CaseAcknowledged", OPEN, None, _DESK, "R-2.1.2-d"),
    _row("Classified", (S.RECEIVED,), S.TRIAGED, _DESK, "R-2.1.3-b"),
    _row("Reclassified", _AT_WORK, None, _DESK, "R-2.1.3-d"),
    _row("CaseReassigned", OPEN, None, (_R.SUPERVISOR,), "B-18"),
    _row("WarrantyAssessed", OPEN, None, _DESK, "B-03"),
    _row("QuotationIssued", span(S.TRIAGED, S.PLAN_AGREED), None, (_R.SALES, _R.SUPERVISOR), "B-05, B-06"),
    _row("QuotationDecided", span(S.TRIAGED, S.PLAN_AGREED), None, (_R.CUSTOMER, _R.SPECIALIST), "B-05, B-06"),
    _row("ConsultationRequested", (S.TRIAGED,), S.DIAGNOSING, (*_DESK, _R.ENGINEER), "R-2.2.1-a"),
    _row("ConsultationRequested", span(S.DIAGNOSING, S.WORK_DONE), None, (*_DESK, _R.ENGINEER), "R-2.2.1-a"),
    _row("ConsultationHeld", span(S.DIAGNOSING, S.WORK_DONE), None, (_R.SUPERVISOR, _R.ENGINEER), "R-2.2.1-b"),
    _row("RemoteSessionLogged", (S.TRIAGED, S.DIAGNOSING), S.REMOTE_RESOLVED, _DEPARTMENTS, "R-2.2.2-c", _RESOLVED),
    _row("RemoteSessionLogged", (S.TRIAGED, S.DIAGNOSING), S.DIAGNOSING, _DEPARTMENTS, "R-2.2.2-b"),
    _row("RemoteSessionLogged", (S.REMOTE_RESOLVED,), None, _DEPARTMENTS, "R-2.2.2-c", _RESOLVED),
    _row("RemoteSessionLogged", (S.REMOTE_RESOLVED,), S.DIAGNOSING, _DEPARTMENTS, "R-2.2.2-c"),
    _row("RemoteSessionLogged", span(S.ONSITE_REQUESTED, S.WORK_DONE), None, _DEPARTMENTS, "R-2.2.2-b"),
    _row("SpareShipped", (S.TRIAGED,), S.DIAGNOSING, _DESK, "B-10"),
    _row("SpareShipped", span(S.DIAGNOSING, S.WORK_DONE), None, _DESK, "B-10"),
    _row("SpareReceived", span(S.DIAGNOSING, S.CLOSED), None, (*_DESK, _R.CUSTOMER), "B-10"),
    _row("SparesReserved", _AT_WORK, None, (*_DESK, _R.ENGINEER, _R.DEPT), "B-10"),
    _row("SparesIssued", _AT_WORK, None, _STORE, "B-10"),
    _row("SparesReturned", span(S.TRIAGED, S.EVALUATED), None, (*_STORE, _R.TECHNICIAN), "B-10"),
    _row("OnsiteRequested", (S.TRIAGED, S.DIAGNOSING), S.ONSITE_REQUESTED, (_R.SPECIALIST, _R.ENGINEER), "R-2.2.3-a"),
    _row("OnsiteApproved", (S.ONSITE_REQUESTED,), S.ONSITE_APPROVED, (_R.SUPERVISOR,), "R-2.2.3-b"),
    _row("OnsiteRejected", (S.ONSITE_REQUESTED,), S.DIAGNOSING, (_R.SUPERVISOR,), "R-2.2.3-b"),
    _row(
        "OnsiteWithdrawn",
        span(S.ONSITE_REQUESTED, S.PREPARED),
        S.DIAGNOSING,
        (*_DESK, _R.ENGINEER),
        "R-2.2.3-b",
    ),
    _row("VisitConfirmed", (S.ONSITE_APPROVED, S.PREPARED), None, _DESK, "R-2.3.1-b"),
    _row("SafetyRulesRead", (S.ONSITE_APPROVED, S.PREPARED), None, _SENT, "R-2.3.1-c"),
    _row("ServicePrepared", (S.ONSITE_APPROVED,), S.PREPARED, _DESK, "R-2.3.1-a"),
    _row("VisitRescheduled", (S.PREPARED,), S.ONSITE_APPROVED, _DESK, "R-2.3.1-b"),
    _row("MouldReceivedAtFactory", (S.PREPARED,), S.ON_SITE, (_R.SPECIALIST, *_SENT), "B-07"),
    _row("MouldReturned", (S.WORK_DONE, S.DIAGNOSING), None, (_R.SPECIALIST, *_SENT), "B-07"),
    _row("TechnicianArrived", (S.PREPARED,), S.ON_SITE, _SENT, "R-2.3.2-a"),
    _row("OnsiteProblemConfirmed", (S.ON_SITE,), None, _SENT, "R-2.3.2-a"),
    _row("PlanProposed", (S.ON_SITE,), None, _SENT, "R-2.3.2-b"),
    _row("PlanProposed", (S.PLAN_AGREED,), S.ON_SITE, _SENT, "R-2.3.3-a"),
    _row("PlanAgreed", (S.ON_SITE,), S.PLAN_AGREED, _SIGNING, "R-2.3.2-c"),
    _row("PlanRefused", (S.ON_SITE,), None, _SIGNING, "R-2.3.2-c"),
    _row("WorkPerformed", (S.PLAN_AGREED,), None, _SENT, "R-2.3.3-b"),
    _row("WorkFinished", (S.PLAN_AGREED,), S.WORK_DONE, _SENT, "R-2.3.3-b"),
    _row("TrialRunRecorded", (S.WORK_DONE,), S.PLAN_AGREED, _SENT, "R-2.3.4-c", _FAILED),
    _row("TrialRunRecorded", (S.WORK_DONE,), None, _SENT, "R-2.3.4-a"),
    _row(
        "TrainingRecorded",
        (S.DIAGNOSING, S.REMOTE_RESOLVED, S.WORK_DONE),
        None,
        (_R.SPECIALIST, *_SENT),
        "B-32",
    ),
    _row("VisitAborted", (S.ON_SITE, S.PLAN_AGREED, S.WORK_DONE), S.DIAGNOSING, _SENT, "B-23"),
    _row(
        "ServiceVerified",
        (S.REMOTE_RESOLVED,),
        S.VERIFIED,
        (_R.CUSTOMER, _R.SPECIALIST, _R.SUPERVISOR),
        "R-2.2.2-c",
        _REMOTE,
    ),
    _row("ServiceVerified", (S.WORK_DONE,), S.VERIFIED, _SIGNING, "R-2.3.4-b", _ONSITE),
    _row("SignatureRefused", (S.WORK_DONE,), None, _SENT, "R-2.3.4-b"),
    _row("UnsignedDecided", (S.WORK_DONE,), S.PLAN_AGREED, (_R.SUPERVISOR,), "R-2.3.4-b", _REDO),
    _row("UnsignedDecided", (S.WORK_DONE,), S.VERIFIED, (_R.SUPERVISOR,), "R-2.3.4-b"),
    _row("TechnicianDeparted", tuple(CaseState), None, _SENT, "B-23"),
    _row("TechnicianReturned", tuple(CaseState), None, _SENT, "R-2.4.2-a"),
    _row("CompletionReportSubmitted", (S.VERIFIED,), None, (*_SENT, _R.SPECIALIST), "R-2.4.1-a"),
    _row("CustomerEvaluated", (S.VERIFIED,), S.EVALUATED, (*_SIGNING, _R.SPECIALIST), "R-2.4.1-b"),
    _row("EvaluationDeclined", (S.VERIFIED,), S.EVALUATED, _DESK, "R-2.4.1-b"),
    _row(
        "DocumentAttached",
        tuple(CaseState),
        None,
        (*_DEPARTMENTS, _R.CUSTOMER, _R.SALES, _R.DEPT, _R.SYSTEM),
        "R-2.4.2-a",
    ),
    _row("MessageRequested", tuple(CaseState), None, _WORD_TO_CUSTOMER, "B-20"),
    _row("CustomerNotified", tuple(CaseState), None, _WORD_TO_CUSTOMER, "B-20"),
    _row("DepartmentFeedbackSent", _SINCE_TRIAGE, None, _DESK, "R-2.4.2-b"),
    _row("DepartmentFeedbackAcknowledged", _SINCE_TRIAGE, None, (_R.DEPT,), "R-2.4.2-b"),
    _row("RemedyDecided", _SINCE_TRIAGE, None, (_R.SUPERVISOR,), "B-09"),
    _row("DisciplineRecorded", _SINCE_TRIAGE, None, (*_DESK, _R.ENGINEER, _R.DEPT), "B-14"),
    _row("ReturnedPartAnalysed", _SINCE_TRIAGE, None, (_R.SUPERVISOR, _R.ENGINEER, _R.DEPT), "B-15"),
    _row("Archived", (S.EVALUATED,), S.ARCHIVED, _DESK, "R-2.4.2-a"),
    _row("CallbackScheduled", _AFTER_SERVICE, None, (_R.SYSTEM,), "R-2.5.1-a"),
    _row("CallbackAttempted", _AFTER_SERVICE, None, _DESK, "R-2.5.1-b"),
    _row("CallbackDone", _AFTER_SERVICE, None, (*_DESK, _R.CUSTOMER), "R-2.5.1-b"),
    _row("CallbackUnreachable", _AFTER_SERVICE, None, (_R.SPECIALIST, _R.SYSTEM), "R-2.5.1-b"),
    _row("CaseClosed", (S.ARCHIVED,), S.CLOSED, (_R.SPECIALIST, _R.SYSTEM), "R-2.5.1-a"),
    _row(
        "CaseReopened",
        span(S.VERIFIED, S.CLOSED),
        S.DIAGNOSING,
        _DESK,
        "R-2.5.1-b",
        _BACK_AGAIN,
        begins_cycle=True,
    ),
    _row("CaseReopened", (S.CANCELLED,), S.RECEIVED, (_R.SUPERVISOR,), "R-2.1.2-a", _IN_ERROR, begins_cycle=True),
    _row("RecordCorrected", tuple(CaseState), None, _DEPARTMENTS, "R-2.4.2-a"),
    _row("EventVoided", tuple(CaseState), None, (_R.SUPERVISOR,), "R-2.4.2-a"),
    _row("AuditNoteAdded", tuple(CaseState), None, (_R.AUDITOR,), "B-25"),
    _row("HoldPlaced", tuple(CaseState), None, (_R.SUPERVISOR,), "B-25"),
    _row("HoldLifted", tuple(CaseState), None, (_R.SUPERVISOR,), "B-25"),
    _row("SlaPaused", OPEN, None, _DESK, "B-19"),
    _row("SlaResumed", OPEN, None, (*_DESK, _R.SYSTEM), "B-19"),
    _row("PolicyRebased", OPEN, None, (_R.SUPERVISOR, _R.SYSTEM), "B-19"),
    _row("SlaBreached", NOT_ENDED, None, (_R.SYSTEM,), "B-19"),
    _row("Escalated", NOT_ENDED, None, (_R.SYSTEM,), "B-19"),
    _row("EscalationAcknowledged", NOT_ENDED, None, (*_DESK, _R.ENGINEER, _R.DEPT), "B-19"),
)

_BY_EVENT: dict[str, tuple[Transition, ...]] = {
    event: tuple(row for row in TRANSITIONS if row.event == event) for event in {row.event for row in TRANSITIONS}
}


def _by_state() -> dict[tuple[str, CaseState | None], tuple[Transition, ...]]:
    found: dict[tuple[str, CaseState | None], tuple[Transition, ...]] = {}
    for row in TRANSITIONS:
        for state in row.states or (None,):
            found[row.event, state] = (*found.get((row.event, state), ()), row)
    return found


_BY_STATE = _by_state()


def rows(event: str) -> tuple[Transition, ...]:
    """The rows of an event; empty for events of other aggregates."""
    return _BY_EVENT.get(event, ())


def transition(event: str, state: CaseState | None, fields: Any = None) -> Transition | None:
    """The first row that allows `event` in `state` (None: there is no case yet), or None.

    `fields` is the event or its draft; rows that depend on a field are told apart by it.
    """
    for row in _BY_STATE.get((event, state), ()):
        if row.when is None or row.holds(fields):
            return row
    return None


def next_events(state: CaseState, roles: frozenset[Role]) -> Iterator[str]:
    """What may happen next to a case in `state` by somebody in `roles`, in the order of the norm."""
    found = (row.event for row in TRANSITIONS if state in row.states and row.roles & roles)
    return iter(dict.fromkeys(found))
