"""Every event type there is, by kind of aggregate: the one list that decoding, folds and documents read."""

from typing import Any, get_args

import msgspec
from msgspec import Struct

from shared.events import channel, customer, department, improvement, mould, policy, report, staff
from shared.events.case import (
    analytics,
    clocks,
    dispatch,
    ends,
    factory,
    followup,
    intake,
    messages,
    quotation,
    record,
    redress,
    setbacks,
    spares,
    training,
    triage,
)
from shared.events.envelope import Recorded
from shared.events.upcast import schema_of, upcast

IntakeEvent = (
    intake.FeedbackReceived
    | intake.InfoSupplemented
    | intake.InformationWaived
    | intake.CaseAcknowledged
    | ends.CaseMarkedDuplicate
    | ends.DuplicateAbsorbed
    | ends.DuplicateUnmarked
    | ends.DuplicateReleased
    | ends.CaseTransferred
    | ends.TransferReturned
    | ends.CaseCancelled
)
TriageEvent = (
    triage.Classified
    | triage.Reclassified
    | triage.CaseReassigned
    | triage.WarrantyAssessed
    | quotation.QuotationIssued
    | quotation.QuotationDecided
    | triage.ConsultationRequested
    | triage.ConsultationHeld
    | triage.RemoteSessionLogged
    | spares.SpareShipped
    | spares.SpareReceived
)
DispatchEvent = (
    dispatch.OnsiteRequested
    | dispatch.OnsiteApproved
    | dispatch.OnsiteRejected
    | setbacks.OnsiteWithdrawn
    | dispatch.VisitConfirmed
    | setbacks.VisitRescheduled
    | dispatch.SafetyRulesRead
    | dispatch.ServicePrepared
    | spares.SparesReserved
    | spares.SparesIssued
    | spares.SparesReturned
    | dispatch.TechnicianArrived
    | factory.MouldReceivedAtFactory
    | factory.MouldReturned
    | dispatch.OnsiteProblemConfirmed
    | dispatch.PlanProposed
    | dispatch.PlanAgreed
    | dispatch.PlanRefused
    | dispatch.WorkPerformed
    | dispatch.WorkFinished
    | dispatch.TrialRunRecorded
    | training.TrainingRecorded
    | setbacks.VisitAborted
    | dispatch.ServiceVerified
    | setbacks.SignatureRefused
    | setbacks.UnsignedDecided
    | dispatch.TechnicianDeparted
    | dispatch.TechnicianReturned
    | dispatch.CompletionReportSubmitted
    | dispatch.CustomerEvaluated
    | setbacks.EvaluationDeclined
)
FollowupEvent = (
    followup.DocumentAttached
    | followup.DepartmentFeedbackSent
    | followup.DepartmentFeedbackAcknowledged
    | followup.Archived
    | redress.RemedyDecided
    | redress.DisciplineRecorded
    | redress.ReturnedPartAnalysed
    | followup.CallbackScheduled
    | followup.CallbackAttempted
    | followup.CallbackDone
    | followup.CallbackUnreachable
    | followup.CaseReopened
    | followup.CaseClosed
    | clocks.SlaPaused
    | clocks.SlaResumed
    | clocks.PolicyRebased
    | followup.SlaBreached
    | clocks.Escalated
    | clocks.EscalationAcknowledged
    | messages.MessageRequested
    | messages.CustomerNotified
    | record.RecordCorrected
    | record.EventVoided
    | record.HoldPlaced
    | record.HoldLifted
)
AnalyticsEvent = analytics.AuditNoteAdded
CaseEvent = IntakeEvent | TriageEvent | DispatchEvent | FollowupEvent | AnalyticsEvent
CustomerEvent = customer.CustomerRegistered | customer.CustomerRevised | customer.CustomerServiceStarted
MouldEvent = (
    mould.MouldRegistered
    | mould.MouldRevised
    | mould.WarrantyTermsSet
    | mould.ShotsReported
    | mould.MouldMoved
    | mould.MouldScrapped
)
StaffEvent = (
    staff.UserAdded
    | staff.RoleGranted
    | staff.UserDisabled
    | staff.PersonRegistered
    | staff.SkillRecorded
    | staff.DelegateAppointed
    | staff.DelegateRevoked
)
DepartmentEvent = department.DepartmentAdded | department.DepartmentRemoved
ChannelEvent = (
    channel.ChannelRegistered | channel.ChannelRevised | channel.ChannelStatusChanged | channel.ChannelNoticeSent
)
PolicyEvent = policy.SlaPolicyPublished | policy.VocabularyPublished | policy.CalendarPublished
ImprovementEvent = (
    improvement.ImprovementOpened
    | improvement.ImprovementPlanned
    | improvement.ImprovementActionDone
    | improvement.ImprovementVerified
    | improvement.ImprovementClosed
    | improvement.ImprovementRejected
    | improvement.ImprovementReopened
    | followup.SlaBreached
    | clocks.Escalated
    | clocks.EscalationAcknowledged
)
ReportEvent = report.QualityReportDrafted | report.QualityReportReviewed | report.QualityReportIssued


def types_of(union: Any) -> tuple[type[Struct], ...]:
    """The event types of a union, or the one type that stands for itself."""
    return get_args(union) or (union,)


BY_KIND: dict[str, tuple[type[Struct], ...]] = {
    "case": types_of(CaseEvent),
    "customer": types_of(CustomerEvent),
    "mould": types_of(MouldEvent),
    "staff": types_of(StaffEvent),
    "policy": types_of(PolicyEvent),
    "department": types_of(DepartmentEvent),
    "channel": types_of(ChannelEvent),
    "improvement": types_of(ImprovementEvent),
    "report": types_of(ReportEvent),
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
