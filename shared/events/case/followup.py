"""Facts after the service: documents, feedback, archive, call-backs, closing, and what time brings about
(norm 2.4.2 to 2.5.1)."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.events.shapes import (
    SET_BY_SERVICE,
    Count,
    Day,
    EventId,
    FileRef,
    ImprovementId,
    Instant,
    Note,
    PersonName,
    Positive,
    Score,
    UserName,
)
from shared.events.vocabulary import (
    AttemptResult,
    CallbackMethod,
    CallbackPoint,
    CallbackResult,
    ClockName,
    Department,
    DocumentKind,
    FeedbackAction,
    Phase,
    ReopenTrigger,
    Topic,
)


class DocumentAttached(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A paper, photo or scan joined the file of the case, by the hash of its bytes (R-2.4.2-a)."""

    doc_type: DocumentKind
    file_ref: FileRef
    sha256: Annotated[str, SET_BY_SERVICE] = ""
    mime: Annotated[str, SET_BY_SERVICE] = ""
    size_bytes: Annotated[int, SET_BY_SERVICE] = 0
    pages: Positive | None = None
    phase: Phase | None = None
    taken_at: Instant | None = None
    caption: Note | None = None


class DepartmentFeedbackSent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A department was told what the service showed (R-2.4.2-b)."""

    to_department: Department
    topic: Topic
    customer_feedback: Note | None = None
    mould_usage_info: Note | None = None
    suggestion: Note | None = None


class DepartmentFeedbackAcknowledged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The department answered what it was told (R-2.4.2-b)."""

    feedback_event_id: EventId | None = None
    reply: Note
    action: FeedbackAction | None = None
    improvement_id: ImprovementId | None = None


class ChecklistItem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document of the required set: there, or why it may be missing."""

    doc_type: DocumentKind
    present: bool
    exemption: Note | None = None


class Archived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The file of the case is complete and kept centrally (R-2.4.2-a)."""

    checklist: list[ChecklistItem] = []
    nothing_reason: Note | None = None
    keeper: UserName
    archive_no: Annotated[str, SET_BY_SERVICE] = ""
    feedback_done: Annotated[bool, SET_BY_SERVICE] = False
    spares_reconciled: Annotated[bool, SET_BY_SERVICE] = False
    retain_until: Annotated[Day | None, SET_BY_SERVICE] = None


class CallbackScheduled(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer will be called back at this point (R-2.5.1-a)."""

    point: CallbackPoint
    due_at: Instant
    window_from: Instant
    window_to: Instant


class CallbackDone(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer was called back: usage, recurrence, final satisfaction (R-2.5.1-b)."""

    point: CallbackPoint
    method: CallbackMethod
    done_at: Instant
    respondent: PersonName
    mould_usage: Note
    recurrence: bool
    shots_since: Count | None = None
    final_satisfaction: Score
    opinions: Note | None = None
    suggestions: Note | None = None
    result: Annotated[CallbackResult | None, SET_BY_SERVICE] = None
    follow_up: bool


class CallbackAttempted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer was called and not reached (R-2.5.1-b)."""

    point: CallbackPoint
    method: CallbackMethod
    result: AttemptResult


class CallbackUnreachable(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The call-back was given up after attempts on several days and ways."""

    point: CallbackPoint
    attempts: Annotated[int, SET_BY_SERVICE] = 0
    last_at: Annotated[Instant | None, SET_BY_SERVICE] = None


class CaseReopened(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The same problem of the same mould is back, or a case was cancelled in error: a new cycle begins."""

    trigger: ReopenTrigger
    reason: Note
    from_event_id: EventId | None = None
    policy_version: Annotated[int, SET_BY_SERVICE] = 0
    calendar_version: Annotated[str, SET_BY_SERVICE] = ""
    vocabulary_version: Annotated[int, SET_BY_SERVICE] = 0


class CaseClosed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every call-back is done or given up; the case is over (R-2.5.1-a). A dissatisfied customer consented in writing
    that an improvement takes the place of another service."""

    improvement_id: ImprovementId | None = None
    consent_ref: FileRef | None = None
    flags: Annotated[list[str], SET_BY_SERVICE] = []


class SlaBreached(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A clock ran past its target without its stop; recorded once per clock and due time (B-19). `part` tells the runs
    of one clock apart."""

    clock: ClockName
    due_at: Instant
    policy_version: int
    part: Annotated[str, Meta(extra_json_schema={"maxLength": 100})] = ""
