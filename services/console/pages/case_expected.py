"""The order of the norm within each state of a case: which event is expected next."""

from collections.abc import Iterator, Sequence

from services.console.case_events import CaseEvent
from services.console.pages.case_said import is_dissatisfied, is_return, is_training, said
from shared.case.lifecycle import ENDS
from shared.events.vocabulary import CaseKind, CaseState

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
_ONLY_AFTER = frozenset(
    {"ConsultationHeld", "TechnicianDeparted", "TechnicianReturned", "UnsignedDecided", "CallbackDone"}
)
"""Due only when the other event did happen."""


def expected(state: CaseState, events: Sequence[CaseEvent]) -> Iterator[str]:
    """What the norm expects next, in order; nothing once the case has ended."""
    if state in ENDS:
        return
    order = steps(state, events)
    for index, (event, since) in enumerate(order):
        is_last = index == len(order) - 1
        if is_last or is_due(event, since, events):
            yield event


def steps(state: CaseState, events: Sequence[CaseEvent]) -> Sequence[tuple[str, str]]:
    """The order within the state for a case of this kind."""
    order = (_EXPECTED_OF_RETURN if is_return(events) else _EXPECTED).get(state, ())
    if state is _S.REMOTE_RESOLVED and said(events, "case_kind") == CaseKind.COMPLAINT:
        return (("RemedyDecided", ""), *order)
    if state is _S.WORK_DONE and is_training(events):
        return tuple(("TrainingRecorded", since) if one == "TrialRunRecorded" else (one, since) for one, since in order)
    if state is _S.ARCHIVED and is_dissatisfied(events):
        return (("CaseReopened", ""), *order)
    return order


def is_due(event: str, since: str, events: Sequence[CaseEvent]) -> bool:
    """Whether an event has not happened since the newest `since` of this cycle."""
    cycle = max((one.cycle for one in events), default=1)
    types = [one.type for one in events if one.cycle == cycle]
    if since and since in types:
        begins = len(types) - types[::-1].index(since)
        count = types.count(since) if event == "CallbackDone" else 1
        return types.count(event) < count if event == "CallbackDone" else event not in types[begins:]
    return event not in types and event not in _ONLY_AFTER
