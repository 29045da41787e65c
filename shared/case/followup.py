"""How documents, remedies, call-backs, messages and the facts of time change a case."""

from typing import assert_never

from msgspec.structs import replace

from shared.case.facts.followup import Document, Feedback, FollowupFacts, Message, RemedyDecision
from shared.case.followup_calls import called
from shared.case.followup_time import resumed, timed
from shared.events.case.clocks import Escalated, EscalationAcknowledged, PolicyRebased, SlaPaused, SlaResumed
from shared.events.case.followup import (
    Archived,
    CallbackAttempted,
    CallbackDone,
    CallbackScheduled,
    CallbackUnreachable,
    CaseClosed,
    CaseReopened,
    DepartmentFeedbackAcknowledged,
    DepartmentFeedbackSent,
    DocumentAttached,
    SlaBreached,
)
from shared.events.case.messages import CustomerNotified, MessageRequested
from shared.events.case.record import EventVoided, HoldLifted, HoldPlaced, RecordCorrected
from shared.events.case.redress import DisciplineRecorded, RemedyDecided, ReturnedPartAnalysed
from shared.events.catalogue import FollowupEvent
from shared.events.envelope import Meta, person_of_record


def fold(facts: FollowupFacts, event: FollowupEvent, meta: Meta) -> FollowupFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case DocumentAttached() | DepartmentFeedbackSent() | DepartmentFeedbackAcknowledged() | Archived():
            return _filed(facts, event, meta)
        case RemedyDecided() | DisciplineRecorded() | ReturnedPartAnalysed():
            return _made_good(facts, event, meta)
        case CallbackScheduled() | CallbackAttempted() | CallbackDone() | CallbackUnreachable():
            return called(facts, event, meta)
        case CaseReopened() | CaseClosed():
            return _turned(facts, event, meta)
        case SlaPaused() | SlaResumed() | SlaBreached() | Escalated() | EscalationAcknowledged():
            return timed(facts, event, meta)
        case MessageRequested() | CustomerNotified():
            return _told(facts, event, meta)
        case HoldPlaced() | HoldLifted():
            return replace(facts, is_held=isinstance(event, HoldPlaced))
        case PolicyRebased() | RecordCorrected() | EventVoided():
            # What these change lies outside: the report's versions, and the events that are folded at all.
            return facts
        case _:
            assert_never(event)


Filed = DocumentAttached | DepartmentFeedbackSent | DepartmentFeedbackAcknowledged | Archived


def _filed(facts: FollowupFacts, event: Filed, meta: Meta) -> FollowupFacts:
    match event:
        case DocumentAttached():
            document = Document(event.doc_type, event.file_ref, event.phase, meta.cycle)
            return replace(facts, documents=(*facts.documents, document))
        case DepartmentFeedbackSent():
            sent = Feedback(meta.event_id, event.to_department, meta.occurred_at)
            return replace(facts, feedback=(*facts.feedback, sent))
        case DepartmentFeedbackAcknowledged():
            return replace(facts, feedback=_acknowledged(facts.feedback, event, meta))
        case Archived():
            return replace(facts, archived_at=meta.occurred_at, archive_no=event.archive_no)
        case _:
            assert_never(event)


def _acknowledged(
    feedback: tuple[Feedback, ...], event: DepartmentFeedbackAcknowledged, meta: Meta
) -> tuple[Feedback, ...]:
    return tuple(
        replace(one, acknowledged_at=meta.occurred_at) if one.event_id == event.feedback_event_id else one
        for one in feedback
    )


def _made_good(
    facts: FollowupFacts, event: RemedyDecided | DisciplineRecorded | ReturnedPartAnalysed, meta: Meta
) -> FollowupFacts:
    match event:
        case RemedyDecided():
            decision = RemedyDecision(
                event.step, event.granted, person_of_record(meta), meta.occurred_at, event.accepted_by_customer
            )
            return replace(facts, remedies=(*facts.remedies, decision))
        case DisciplineRecorded():
            return replace(facts, disciplines=tuple(sorted({*facts.disciplines, event.d})))
        case ReturnedPartAnalysed():
            return replace(facts, analysed_parts=(*facts.analysed_parts, event.part_no))
        case _:
            assert_never(event)


def _turned(facts: FollowupFacts, event: CaseReopened | CaseClosed, meta: Meta) -> FollowupFacts:
    """The end of a cycle, or the beginning of the next: open call-backs drop out, those made stay known."""
    match event:
        case CaseClosed():
            return replace(facts, closed_at=meta.occurred_at)
        case CaseReopened():
            return replace(
                facts,
                callbacks=(),
                past_callbacks=(*facts.past_callbacks, *(one for one in facts.callbacks if not one.is_open)),
                archived_at=None,
                archive_no="",
                closed_at=None,
                reopened=facts.reopened + 1,
                pauses=resumed(facts.pauses, meta),
            )
        case _:
            assert_never(event)


def _told(facts: FollowupFacts, event: MessageRequested | CustomerNotified, meta: Meta) -> FollowupFacts:
    """A message that was asked for is the same one when it is sent, asked for once more, or comes back."""
    match event:
        case MessageRequested():
            request_id = event.again_of or meta.event_id
            told = Message(meta.event_id, event.trigger, meta.occurred_at, None, meta.cycle, request_id)
        case CustomerNotified():
            request_id = event.request_event_id or ""
            sent_at = None if event.delivered is False else meta.occurred_at
            told = Message(
                meta.event_id, event.trigger, meta.occurred_at, sent_at, meta.cycle, request_id, event.delivered
            )
        case _:
            assert_never(event)
    kept = (one for one in facts.messages if not request_id or one.request_id != request_id)
    return replace(facts, messages=(*kept, told))
