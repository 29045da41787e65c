"""What follow-up knows: documents, feedback, archive, call-backs, remedies, pauses, escalations, messages."""

from datetime import datetime

from msgspec import Struct

from shared.events.vocabulary import (
    CallbackMethod,
    CallbackPoint,
    CallbackResult,
    ClockName,
    Department,
    DocumentKind,
    EscalationTrigger,
    Notice,
    PauseReason,
    Phase,
    Remedy,
    RemedyStep,
)


class Breach(Struct, frozen=True):
    """A clock that ran past its target, the due time it missed, and which of its runs it was."""

    clock: ClockName
    due_at: datetime
    cycle: int
    part: str = ""


class Document(Struct, frozen=True):
    """A document in the file of the case."""

    doc_type: DocumentKind
    file_ref: str
    phase: Phase | None
    cycle: int = 1


class Feedback(Struct, frozen=True):
    """What a department was told; `acknowledged_at` None: it has not answered."""

    event_id: str
    department: Department
    sent_at: datetime
    acknowledged_at: datetime | None = None


class Attempt(Struct, frozen=True):
    """A call that did not reach the customer."""

    at: datetime
    method: CallbackMethod


class Callback(Struct, frozen=True):
    """A call-back: due when, in which window, and how it went; open until it is done or given up."""

    point: CallbackPoint
    scheduled_at: datetime
    due_at: datetime
    window_from: datetime
    window_to: datetime
    done_at: datetime | None = None
    result: CallbackResult | None = None
    score: int | None = None
    attempts: tuple[Attempt, ...] = ()
    given_up_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to call."""
        return self.done_at is None and self.given_up_at is None


class RemedyDecision(Struct, frozen=True):
    """A decision on what the customer asked for, by whom."""

    step: RemedyStep
    granted: Remedy
    decided_by: str
    decided_at: datetime
    is_accepted: bool | None


class Pause(Struct, frozen=True):
    """A stretch in which a clock stood still, and the events that began and ended it; `to` None: still paused."""

    clock: ClockName
    reason: PauseReason
    since: datetime
    event_id: str
    expected_until: datetime
    cycle: int = 1
    to: datetime | None = None
    ended_by: str = ""


class Escalation(Struct, frozen=True):
    """A run of a clock that was raised to a level, who was told, and when somebody took it up."""

    clock: ClockName
    level: int
    trigger: EscalationTrigger
    to: tuple[str, ...]
    at: datetime
    cycle: int
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    part: str = ""


class Message(Struct, frozen=True):
    """A message to the customer: asked for or sent. `sent_at` None: it waits, or did not arrive (`delivered` False).

    `request_id` is the event that asked for it, empty when nobody did.
    """

    event_id: str
    trigger: Notice
    at: datetime
    sent_at: datetime | None = None
    cycle: int = 1
    request_id: str = ""
    delivered: bool | None = None


class FollowupFacts(Struct, frozen=True):
    """Documents, feedback, archive, call-backs of this cycle and of those before, and what time brought about."""

    breaches: tuple[Breach, ...] = ()
    documents: tuple[Document, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    archived_at: datetime | None = None
    archive_no: str = ""
    callbacks: tuple[Callback, ...] = ()
    past_callbacks: tuple[Callback, ...] = ()
    closed_at: datetime | None = None
    reopened: int = 0
    remedies: tuple[RemedyDecision, ...] = ()
    disciplines: tuple[int, ...] = ()
    analysed_parts: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    messages: tuple[Message, ...] = ()
    is_held: bool = False
