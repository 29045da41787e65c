"""Every event type there is, by kind of aggregate: the one list that decoding, folds and documents read."""

from typing import Any, get_args

import msgspec
from msgspec import Struct

from shared.events.case.dispatch import (
    CompletionReportSubmitted,
    CustomerEvaluated,
    OnsiteApproved,
    OnsiteProblemConfirmed,
    OnsiteRejected,
    OnsiteRequested,
    PlanAgreed,
    PlanProposed,
    PlanRefused,
    SafetyRulesRead,
    ServicePrepared,
    ServiceVerified,
    TechnicianArrived,
    TechnicianDeparted,
    TechnicianReturned,
    TrialRunRecorded,
    VisitConfirmed,
    WorkFinished,
    WorkPerformed,
)
from shared.events.case.followup import (
    Archived,
    CallbackDone,
    CallbackScheduled,
    CaseClosed,
    DepartmentFeedbackAcknowledged,
    DepartmentFeedbackSent,
    DocumentAttached,
    SlaBreached,
)
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived, InfoSupplemented
from shared.events.case.triage import (
    Classified,
    ConsultationHeld,
    ConsultationRequested,
    RemoteSessionLogged,
    WarrantyAssessed,
)
from shared.events.customer import CustomerRegistered, CustomerRevised
from shared.events.envelope import Recorded
from shared.events.mould import MouldRegistered, MouldRevised, WarrantyTermsSet
from shared.events.policy import SlaPolicyPublished, VocabularyPublished
from shared.events.staff import (
    DelegateAppointed,
    DelegateRevoked,
    PersonRegistered,
    RoleGranted,
    SkillRecorded,
    UserAdded,
    UserDisabled,
)
from shared.events.upcast import schema_of, upcast

IntakeEvent = FeedbackReceived | InfoSupplemented | CaseAcknowledged
TriageEvent = Classified | WarrantyAssessed | ConsultationRequested | ConsultationHeld | RemoteSessionLogged
DispatchEvent = (
    OnsiteRequested
    | OnsiteApproved
    | OnsiteRejected
    | VisitConfirmed
    | SafetyRulesRead
    | ServicePrepared
    | TechnicianArrived
    | OnsiteProblemConfirmed
    | PlanProposed
    | PlanAgreed
    | PlanRefused
    | WorkPerformed
    | WorkFinished
    | TrialRunRecorded
    | ServiceVerified
    | TechnicianDeparted
    | TechnicianReturned
    | CompletionReportSubmitted
    | CustomerEvaluated
)
FollowupEvent = (
    DocumentAttached
    | DepartmentFeedbackSent
    | DepartmentFeedbackAcknowledged
    | Archived
    | CallbackScheduled
    | CallbackDone
    | CaseClosed
    | SlaBreached
)
CaseEvent = IntakeEvent | TriageEvent | DispatchEvent | FollowupEvent
CustomerEvent = CustomerRegistered | CustomerRevised
MouldEvent = MouldRegistered | MouldRevised | WarrantyTermsSet
StaffEvent = (
    UserAdded | RoleGranted | UserDisabled | PersonRegistered | SkillRecorded | DelegateAppointed | DelegateRevoked
)
PolicyEvent = SlaPolicyPublished | VocabularyPublished


def types_of(union: Any) -> tuple[type[Struct], ...]:
    """The event types of a union, or the one type that stands for itself."""
    return get_args(union) or (union,)


BY_KIND: dict[str, tuple[type[Struct], ...]] = {
    "case": types_of(CaseEvent),
    "customer": types_of(CustomerEvent),
    "mould": types_of(MouldEvent),
    "staff": types_of(StaffEvent),
    "policy": types_of(PolicyEvent),
}
EVENTS: dict[str, type[Struct]] = {event.__name__: event for events in BY_KIND.values() for event in events}
_DECODERS = {name: msgspec.json.Decoder(event).decode for name, event in EVENTS.items()}


class UnknownEventType(Exception):
    """The log holds a type that this release does not know: readers ship before writers, so wait for an upgrade."""


def decode(recorded: Recorded) -> Any:
    """The event itself, in its newest shape. Raises: UnknownEventType; ValueError when the fields do not fit."""
    meta = recorded.meta
    decoder = _DECODERS.get(meta.type)
    if decoder is None:
        raise UnknownEventType(meta.type)
    raw = recorded.raw if meta.schema == schema_of(meta.type) else upcast(meta.type, meta.schema, recorded.raw)
    try:
        return decoder(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{meta.type} at {recorded.sequence}: {error}") from error
