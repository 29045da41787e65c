"""Where a case stands among the steps of the norm, and what the norm expects next: read from the life cycle."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from services.console.case_events import CaseEvent
from shared.case.lifecycle import ENDS, rows
from shared.events.vocabulary import CaseState

STAGES = (
    *("intake", "diagnosis", "approval", "preparation", "site", "verification", "acceptance", "archive"),
    "callback",
)
ANY = "any"
_S = CaseState
_STANDS = {
    _S.RECEIVED: "intake",
    _S.TRIAGED: "diagnosis",
    _S.DIAGNOSING: "diagnosis",
    _S.REMOTE_RESOLVED: "verification",
    _S.ONSITE_REQUESTED: "approval",
    _S.ONSITE_APPROVED: "preparation",
    _S.PREPARED: "preparation",
    _S.ON_SITE: "site",
    _S.PLAN_AGREED: "site",
    _S.WORK_DONE: "verification",
    _S.VERIFIED: "acceptance",
    _S.EVALUATED: "archive",
    _S.ARCHIVED: "callback",
}
_CLAUSES = {
    "2.1.1": "intake",
    "2.1.2": "intake",
    "2.1.3": "diagnosis",
    "2.2.1": "diagnosis",
    "2.2.2": "diagnosis",
    "2.2.3": "approval",
    "2.3.1": "preparation",
    "2.3.2": "site",
    "2.3.3": "site",
    "2.3.4": "verification",
    "2.4.1": "acceptance",
    "2.4.2": "archive",
    "2.5.1": "callback",
}
_BEYOND = {
    "WarrantyAssessed": "diagnosis",
    "MouldReceivedAtFactory": "site",
    "VisitAborted": "site",
    "TechnicianDeparted": "site",
    "TrainingRecorded": "verification",
    "MouldReturned": "verification",
    "ServiceVerified": "verification",
    "RecordCorrected": ANY,
    "EventVoided": ANY,
}
_SKIPPED = frozenset({"approval", "preparation", "site"})
"""Steps that a service from afar does not need."""


class Step(Struct, frozen=True):
    """A step of the norm: `done`, `now`, `ahead` or `skipped`, and when something last happened in it."""

    stage: str
    standing: str
    at: datetime | None


def stage_of(event: str) -> str:
    """The step of the norm that an event belongs to, `any` for what belongs to none."""
    if event in _BEYOND:
        return _BEYOND[event]
    clause = next((row.clause for row in rows(event)), "").removeprefix("R-")
    return _CLAUSES.get(clause[:5], ANY)


def path_of(state: CaseState, events: Sequence[CaseEvent]) -> list[Step]:
    """All steps of the norm for a case in `state`."""
    newest = {stage_of(event.type): event.occurred_at for event in events if event.type != "CallbackScheduled"}
    remote = state is _S.REMOTE_RESOLVED or _is_remote(events)
    here = _STANDS.get(state)
    place = STAGES.index(here) if here is not None else (len(STAGES) if state is _S.CLOSED else -1)
    return [
        Step(stage, _standing(index, place, stage, remote), newest.get(stage)) for index, stage in enumerate(STAGES)
    ]


def _standing(index: int, place: int, stage: str, remote: bool) -> str:
    if remote and stage in _SKIPPED:
        return "skipped"
    return "now" if index == place else "done" if index < place else "ahead"


def _is_remote(events: Sequence[CaseEvent]) -> bool:
    verified = next((event for event in reversed(events) if event.type == "ServiceVerified"), None)
    return verified is not None and verified.data.get("mode") == "REMOTE"


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
    _S.WORK_DONE: (("TrialRunRecorded", "WorkFinished"), ("ServiceVerified", "")),
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
    steps = (_EXPECTED_OF_RETURN if _is_return(events) else _EXPECTED).get(state, ())
    for index, (event, since) in enumerate(steps):
        is_last = index == len(steps) - 1
        if is_last or is_due(event, since, events):
            yield event


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


def is_possible(event: str, events: Sequence[CaseEvent], missing: Sequence[str]) -> bool:
    """Whether an action can make sense now; what depends on fields is judged by the service."""
    if event in _OF_VISIT | _OF_RETURN and _is_return(events) is not (event in _OF_RETURN):
        return False
    if event in _ANSWERS:
        return is_due(event, _ANSWERS[event], events)
    match event:
        case "InfoSupplemented":
            return bool(missing)
        case "DepartmentFeedbackAcknowledged":
            return any(one.type == "DepartmentFeedbackSent" for one in events)
        case "HoldPlaced" | "HoldLifted":
            return _is_held(events) is (event == "HoldLifted")
    return True


def _is_held(events: Sequence[CaseEvent]) -> bool:
    held = [one.type for one in events if one.type in ("HoldPlaced", "HoldLifted")]
    return held[-1:] == ["HoldPlaced"]
