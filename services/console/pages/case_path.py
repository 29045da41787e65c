"""Where a case stands among the steps of the norm: read from the life cycle."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from services.console.case_events import CaseEvent
from shared.case.lifecycle import rows
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
    "QuotationIssued": "diagnosis",
    "QuotationDecided": "diagnosis",
    "SpareShipped": "diagnosis",
    "SpareReceived": "diagnosis",
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
