"""What may come next to a case: what the norm expects, what makes sense, and what is seldom needed."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from services.console.case_events import CaseEvent
from shared.case.lifecycle import ENDS
from shared.events.vocabulary import CallbackResult, CaseKind, CaseState, Scope

_S = CaseState
_EXPECTED: dict[CaseState, tuple[tuple[str, str], ...]] = {
    _S.RECEIVED: (("CaseAcknowledged", ""), ("Classified", "")),
    _S.TRIAGED: (("CaseAcknowledged", ""), ("RemoteSessionLogged", "Classified")),
    _S.DIAGNOSING: (
        ("ConsultationHeld", "ConsultationRequested"),
        ("RemoteSessionLogged", ""),
        ("OnsiteRequested", ""),
    ),
    _S.REMOTE_RESOLVED: (("ServiceVerified", ""),),
    _S.ONSITE_REQUESTED: (("OnsiteApproved", ""),),
    _S.ONSITE_APPROVED: (
        ("VisitConfirmed", "OnsiteApproved"),
        ("SafetyRulesRead", "OnsiteApproved"),
        ("ServicePrepared", ""),
    ),
    _S.PREPARED: (("TechnicianArrived", ""),),
    _S.ON_SITE: (
        ("OnsiteProblemConfirmed", "TechnicianArrived"),
        ("PlanProposed", "TechnicianArrived"),
        ("PlanAgreed", ""),
    ),
    _S.PLAN_AGREED: (("WorkPerformed", "PlanAgreed"), ("WorkFinished", "")),
    _S.WORK_DONE: (
        ("UnsignedDecided", "SignatureRefused"),
        ("TrialRunRecorded", "WorkFinished"),
        ("ServiceVerified", ""),
    ),
    _S.VERIFIED: (("CompletionReportSubmitted", "ServiceVerified"), ("CustomerEvaluated", "")),
    _S.EVALUATED: (
        ("TechnicianDeparted", "TechnicianArrived"),
        ("TechnicianReturned", "TechnicianDeparted"),
        ("DepartmentFeedbackSent", "Classified"),
        ("Archived", ""),
    ),
    _S.ARCHIVED: (("CallbackDone", "CallbackScheduled"), ("CaseClosed", "")),
}
"""The order within a state: each event is due while it has not happened since the other one; "" means in this cycle."""
_EXPECTED_OF_RETURN = {
    **_EXPECTED,
    _S.ONSITE_APPROVED: (("ServicePrepared", ""),),
    _S.PREPARED: (("MouldReceivedAtFactory", ""),),
    _S.ON_SITE: (
        ("OnsiteProblemConfirmed", "MouldReceivedAtFactory"),
        ("PlanProposed", "MouldReceivedAtFactory"),
        ("PlanAgreed", ""),
    ),
    _S.WORK_DONE: (("TrialRunRecorded", "WorkFinished"), ("MouldReturned", "WorkFinished"), ("ServiceVerified", "")),
}
"""The same for a mould that comes to our factory (B-07)."""
_OF_VISIT = frozenset({"VisitConfirmed", "SafetyRulesRead", "TechnicianArrived"})
_OF_RETURN = frozenset({"MouldReceivedAtFactory", "MouldReturned"})
_ONLY_AFTER = frozenset(
    {"ConsultationHeld", "TechnicianDeparted", "TechnicianReturned", "UnsignedDecided", "CallbackDone"}
)
"""Due only when the other event did happen."""


def expected(state: CaseState, events: Sequence[CaseEvent]) -> Iterator[str]:
    """What the norm expects next, in order; nothing once the case has ended."""
    if state in ENDS:
        return
    steps = _steps(state, events)
    for index, (event, since) in enumerate(steps):
        is_last = index == len(steps) - 1
        if is_last or is_due(event, since, events):
            yield event


def _steps(state: CaseState, events: Sequence[CaseEvent]) -> Sequence[tuple[str, str]]:
    """The order within the state for a case of this kind."""
    steps = (_EXPECTED_OF_RETURN if _is_return(events) else _EXPECTED).get(state, ())
    if state is _S.REMOTE_RESOLVED and _said(events, "case_kind") == CaseKind.COMPLAINT:
        return (("RemedyDecided", ""), *steps)
    if state is _S.WORK_DONE and _is_training(events):
        return tuple(("TrainingRecorded", since) if one == "TrialRunRecorded" else (one, since) for one, since in steps)
    if state is _S.ARCHIVED and is_dissatisfied(events):
        return (("CaseReopened", ""), *steps)
    return steps


def _is_return(events: Sequence[CaseEvent]) -> bool:
    """Whether the newest request wants the mould at our factory."""
    asked = next((event for event in reversed(events) if event.type == "OnsiteRequested"), None)
    return asked is not None and asked.data.get("service_mode") == "RETURN"


def is_due(event: str, since: str, events: Sequence[CaseEvent]) -> bool:
    """Whether an event has not happened since the newest `since` of this cycle."""
    cycle = max((one.cycle for one in events), default=1)
    types = [one.type for one in events if one.cycle == cycle]
    if since and since in types:
        begins = len(types) - types[::-1].index(since)
        count = types.count(since) if event == "CallbackDone" else 1
        return types.count(event) < count if event == "CallbackDone" else event not in types[begins:]
    return event not in types and event not in _ONLY_AFTER


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
    if event in _OF_VISIT | _OF_RETURN and _is_return(events) is not (event in _OF_RETURN):
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


def _is_training(events: Sequence[CaseEvent]) -> bool:
    return bool(_said(events, "scope") == Scope.TRAINING)


def _is_about_remedy(events: Sequence[CaseEvent]) -> bool:
    """Whether it is a complaint, or the customer asked for a remedy."""
    return _said(events, "case_kind") == CaseKind.COMPLAINT or _said(events, "remedy_requested") is not None


def _said(events: Sequence[CaseEvent], field: str) -> Any:
    """The newest of what report and classification say in a field."""
    told = [one.data.get(field) for one in events if one.type in ("FeedbackReceived", "Classified", "Reclassified")]
    return next((one for one in reversed(told) if one is not None), None)


def _calls_wait(events: Sequence[CaseEvent]) -> bool:
    return is_due("CallbackDone", "CallbackScheduled", events)


def is_dissatisfied(events: Sequence[CaseEvent]) -> bool:
    """Whether the customer said so at a call-back of this cycle."""
    cycle = max((one.cycle for one in events), default=1)
    called = (one.data for one in events if one.type == "CallbackDone" and one.cycle == cycle)
    return any(one.get("result") == CallbackResult.DISSATISFIED for one in called)


def _is_paused(events: Sequence[CaseEvent]) -> bool:
    return [one.type for one in events if one.type in ("SlaPaused", "SlaResumed")][-1:] == ["SlaPaused"]


_JUDGED: dict[str, Callable[[Sequence[CaseEvent], Sequence[str]], bool]] = {
    "InfoSupplemented": lambda events, missing: bool(missing),
    "InformationWaived": lambda events, missing: bool(missing),
    "HoldPlaced": lambda events, missing: not _waits("HoldLifted", events),
    "TrainingRecorded": lambda events, missing: _is_training(events),
    "TrialRunRecorded": lambda events, missing: not _is_training(events),
    "RemedyDecided": lambda events, missing: _is_about_remedy(events),
    "CallbackAttempted": lambda events, missing: _calls_wait(events),
    "CallbackUnreachable": lambda events, missing: _calls_wait(events),
    "SlaResumed": lambda events, missing: _is_paused(events),
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
    ordinary = {one for one, _ in _steps(state, events)} | _BESIDE.get(state, frozenset())
    return event in ordinary or event in _WAITING or event in ("ConsultationHeld", "SlaResumed", "CaseAcknowledged")
