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
    """One row: `event` is allowed in `states` (empty: opens a case) for `roles`; `to` None keeps the state."""

    event: str
    states: tuple[CaseState, ...]
    to: CaseState | None
    roles: frozenset[Role]
    clause: str
    when: When | None = None

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
) -> Transition:
    return Transition(event, states, to, frozenset(roles), clause, when)


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
    _row("CaseAcknowledged", OPEN, None, _DESK, "R-2.1.2-d"),
    _row("Classified", (S.RECEIVED,), S.TRIAGED, _DESK, "R-2.1.3-b"),
    _row("WarrantyAssessed", OPEN, None, _DESK, "B-03"),
    _row("ConsultationRequested", (S.TRIAGED,), S.DIAGNOSING, (*_DESK, _R.ENGINEER), "R-2.2.1-a"),
    _row("ConsultationRequested", span(S.DIAGNOSING, S.WORK_DONE), None, (*_DESK, _R.ENGINEER), "R-2.2.1-a"),
    _row("ConsultationHeld", span(S.DIAGNOSING, S.WORK_DONE), None, (_R.SUPERVISOR, _R.ENGINEER), "R-2.2.1-b"),
    _row("RemoteSessionLogged", (S.TRIAGED, S.DIAGNOSING), S.REMOTE_RESOLVED, _DEPARTMENTS, "R-2.2.2-c", _RESOLVED),
    _row("RemoteSessionLogged", (S.TRIAGED, S.DIAGNOSING), S.DIAGNOSING, _DEPARTMENTS, "R-2.2.2-b"),
    _row("RemoteSessionLogged", (S.REMOTE_RESOLVED,), None, _DEPARTMENTS, "R-2.2.2-c", _RESOLVED),
    _row("RemoteSessionLogged", (S.REMOTE_RESOLVED,), S.DIAGNOSING, _DEPARTMENTS, "R-2.2.2-c"),
    _row("RemoteSessionLogged", span(S.ONSITE_REQUESTED, S.WORK_DONE), None, _DEPARTMENTS, "R-2.2.2-b"),
    _row("OnsiteRequested", (S.TRIAGED, S.DIAGNOSING), S.ONSITE_REQUESTED, (_R.SPECIALIST, _R.ENGINEER), "R-2.2.3-a"),
    _row("OnsiteApproved", (S.ONSITE_REQUESTED,), S.ONSITE_APPROVED, (_R.SUPERVISOR,), "R-2.2.3-b"),
    _row("OnsiteRejected", (S.ONSITE_REQUESTED,), S.DIAGNOSING, (_R.SUPERVISOR,), "R-2.2.3-b"),
    _row("VisitConfirmed", (S.ONSITE_APPROVED, S.PREPARED), None, _DESK, "R-2.3.1-b"),
    _row("SafetyRulesRead", (S.ONSITE_APPROVED, S.PREPARED), None, _SENT, "R-2.3.1-c"),
    _row("ServicePrepared", (S.ONSITE_APPROVED,), S.PREPARED, _DESK, "R-2.3.1-a"),
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
    _row("ServiceVerified", (S.REMOTE_RESOLVED,), S.VERIFIED, (_R.CUSTOMER, _R.SPECIALIST), "R-2.2.2-c", _REMOTE),
    _row("ServiceVerified", (S.WORK_DONE,), S.VERIFIED, _SIGNING, "R-2.3.4-b", _ONSITE),
    _row("TechnicianDeparted", tuple(CaseState), None, _SENT, "B-23"),
    _row("TechnicianReturned", tuple(CaseState), None, _SENT, "R-2.4.2-a"),
    _row("CompletionReportSubmitted", (S.VERIFIED,), None, (*_SENT, _R.SPECIALIST), "R-2.4.1-a"),
    _row("CustomerEvaluated", (S.VERIFIED,), S.EVALUATED, (*_SIGNING, _R.SPECIALIST), "R-2.4.1-b"),
    _row(
        "DocumentAttached",
        tuple(CaseState),
        None,
        (*_DEPARTMENTS, _R.CUSTOMER, _R.SALES, _R.DEPT, _R.SYSTEM),
        "R-2.4.2-a",
    ),
    _row("DepartmentFeedbackSent", span(S.TRIAGED, S.CLOSED), None, _DESK, "R-2.4.2-b"),
    _row("DepartmentFeedbackAcknowledged", span(S.TRIAGED, S.CLOSED), None, (_R.DEPT,), "R-2.4.2-b"),
    _row("Archived", (S.EVALUATED,), S.ARCHIVED, _DESK, "R-2.4.2-a"),
    _row("CallbackScheduled", _AFTER_SERVICE, None, (_R.SYSTEM,), "R-2.5.1-a"),
    _row("CallbackDone", _AFTER_SERVICE, None, _DESK, "R-2.5.1-b"),
    _row("CaseClosed", (S.ARCHIVED,), S.CLOSED, (_R.SPECIALIST, _R.SYSTEM), "R-2.5.1-a"),
    _row("SlaBreached", NOT_ENDED, None, (_R.SYSTEM,), "B-19"),
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
