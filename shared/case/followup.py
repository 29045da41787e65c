"""How documents, call-backs and the facts of time change a case."""

from typing import assert_never

from msgspec.structs import replace

from shared.case.state import Breach, Callback, Document, Feedback, FollowupFacts
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
from shared.events.catalogue import FollowupEvent
from shared.events.envelope import Meta


def fold(facts: FollowupFacts, event: FollowupEvent, meta: Meta) -> FollowupFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case DocumentAttached():
            document = Document(event.doc_type, event.file_ref, event.phase)
            return replace(facts, documents=(*facts.documents, document))
        case DepartmentFeedbackSent():
            sent = Feedback(meta.event_id, event.to_department, meta.occurred_at)
            return replace(facts, feedback=(*facts.feedback, sent))
        case DepartmentFeedbackAcknowledged():
            return replace(facts, feedback=_acknowledged(facts.feedback, event, meta))
        case Archived():
            return replace(facts, archived_at=meta.occurred_at, archive_no=event.archive_no)
        case CallbackScheduled():
            times = (event.due_at, event.window_from, event.window_to)
            return replace(facts, callbacks=(*facts.callbacks, Callback(event.point, meta.occurred_at, *times)))
        case CallbackDone():
            return replace(facts, callbacks=_done(facts.callbacks, event))
        case CaseClosed():
            return replace(facts, closed_at=meta.occurred_at)
        case SlaBreached():
            return replace(facts, breaches=(*facts.breaches, Breach(event.clock, event.due_at, meta.cycle)))
        case _:
            assert_never(event)


def _acknowledged(
    feedback: tuple[Feedback, ...], event: DepartmentFeedbackAcknowledged, meta: Meta
) -> tuple[Feedback, ...]:
    return tuple(
        replace(one, acknowledged_at=meta.occurred_at) if one.event_id == event.feedback_event_id else one
        for one in feedback
    )


def _done(callbacks: tuple[Callback, ...], event: CallbackDone) -> tuple[Callback, ...]:
    return tuple(
        replace(one, done_at=event.done_at, result=event.result, score=event.final_satisfaction)
        if one.point is event.point
        else one
        for one in callbacks
    )
