"""What may come next to a case: what makes sense, and what is seldom needed beside what the norm expects."""

from collections.abc import Callable, Sequence

from services.console.case_events import CaseEvent
from services.console.pages.case_expected import is_due, steps
from services.console.pages.case_said import is_about_remedy, is_paused, is_return, is_training
from shared.events.vocabulary import CaseState

_S = CaseState
_OF_VISIT = frozenset({"VisitConfirmed", "SafetyRulesRead", "TechnicianArrived"})
_OF_RETURN = frozenset({"MouldReceivedAtFactory", "MouldReturned"})
_ANSWERS = {
    "CaseAcknowledged": "",
    "UnsignedDecided": "SignatureRefused",
    "ConsultationHeld": "ConsultationRequested",
    "TechnicianDeparted": "TechnicianArrived",
    "TechnicianReturned": "TechnicianDeparted",
    "CallbackDone": "CallbackScheduled",
}
"""What each of these follows; it makes sense again with the next of that."""
_WAITING = {
    "DepartmentFeedbackAcknowledged": "DepartmentFeedbackSent",
    "EscalationAcknowledged": "Escalated",
    "HoldLifted": "HoldPlaced",
    "QuotationDecided": "QuotationIssued",
    "SpareReceived": "SpareShipped",
}
"""What each of these answers, one for one."""
_NEEDS = {
    "CallbackUnreachable": ("CallbackAttempted",),
    "CustomerEvaluated": ("CompletionReportSubmitted",),
    "EvaluationDeclined": ("CompletionReportSubmitted",),
    "PlanAgreed": ("PlanProposed",),
    "PlanRefused": ("PlanProposed",),
    "ReturnedPartAnalysed": ("WorkPerformed", "SparesReturned"),
    "SlaResumed": ("SlaPaused",),
    "SparesIssued": ("SparesReserved",),
    "SparesReturned": ("SparesIssued",),
    "WorkFinished": ("WorkPerformed",),
}
"""What makes no sense before one of these."""


def is_possible(event: str, events: Sequence[CaseEvent], missing: Sequence[str]) -> bool:
    """Whether an action can make sense now; what depends on fields is judged by the service."""
    if event in _OF_VISIT | _OF_RETURN and is_return(events) is not (event in _OF_RETURN):
        return False
    if event in _ANSWERS:
        return is_due(event, _ANSWERS[event], events)
    if event in _WAITING:
        return _waits(event, events)
    if event in _NEEDS and not any(one.type in _NEEDS[event] for one in events):
        return False
    judged = _JUDGED.get(event)
    return judged is None or judged(events, missing)


def _waits(answer: str, events: Sequence[CaseEvent]) -> bool:
    types = [one.type for one in events]
    return types.count(_WAITING[answer]) > types.count(answer)


def _calls_wait(events: Sequence[CaseEvent]) -> bool:
    return is_due("CallbackDone", "CallbackScheduled", events)


_JUDGED: dict[str, Callable[[Sequence[CaseEvent], Sequence[str]], bool]] = {
    "InfoSupplemented": lambda events, missing: bool(missing),
    "InformationWaived": lambda events, missing: bool(missing),
    "HoldPlaced": lambda events, missing: not _waits("HoldLifted", events),
    "TrainingRecorded": lambda events, missing: is_training(events),
    "TrialRunRecorded": lambda events, missing: not is_training(events),
    "RemedyDecided": lambda events, missing: is_about_remedy(events),
    "CallbackAttempted": lambda events, missing: _calls_wait(events),
    "CallbackUnreachable": lambda events, missing: _calls_wait(events),
    "SlaResumed": lambda events, missing: is_paused(events),
}
_BESIDE: dict[CaseState, frozenset[str]] = {
    _S.RECEIVED: frozenset({"InfoSupplemented", "CaseMarkedDuplicate"}),
    _S.TRIAGED: frozenset({"WarrantyAssessed", "ConsultationRequested", "OnsiteRequested"}),
    _S.DIAGNOSING: frozenset({"WarrantyAssessed", "ConsultationRequested"}),
    _S.REMOTE_RESOLVED: frozenset({"RemoteSessionLogged"}),
    _S.ONSITE_REQUESTED: frozenset({"OnsiteRejected", "WarrantyAssessed"}),
    _S.PREPARED: frozenset({"VisitRescheduled"}),
    _S.ON_SITE: frozenset({"PlanRefused"}),
    _S.VERIFIED: frozenset({"TechnicianDeparted", "TechnicianReturned", "DocumentAttached"}),
    _S.EVALUATED: frozenset({"DocumentAttached"}),
    _S.ARCHIVED: frozenset({"CallbackAttempted", "CallbackUnreachable"}),
    _S.CLOSED: frozenset({"CaseReopened"}),
    _S.CANCELLED: frozenset({"CaseReopened"}),
    _S.MERGED: frozenset({"DuplicateUnmarked"}),
    _S.TRANSFERRED: frozenset({"TransferReturned"}),
}
"""What is ordinary in a state beside what the norm expects."""


def is_usual(event: str, state: CaseState, events: Sequence[CaseEvent]) -> bool:
    """Whether an action is shown at once; the others, seldom needed, are folded away."""
    ordinary = {one for one, _ in steps(state, events)} | _BESIDE.get(state, frozenset())
    return event in ordinary or event in _WAITING or event in ("ConsultationHeld", "SlaResumed", "CaseAcknowledged")
