"""Facts of triage: urgency and type, warranty, consultation and remote support (norm 2.1.3 to 2.2.2)."""

from typing import Annotated

from msgspec import Struct

from shared.events.shapes import (
    SET_BY_SERVICE,
    Attachment,
    CaseId,
    Code,
    Count,
    Drawing,
    FileRef,
    FreeShort,
    Instant,
    Long,
    MouldId,
    Note,
    PersonalShort,
    PersonName,
    Positive,
    Quantity,
    Short,
    UserName,
    Yes,
)
from shared.events.vocabulary import (
    Cause,
    Charge,
    Department,
    Liability,
    Likelihood,
    MouldKind,
    ProblemType,
    RemoteMode,
    RemoteOutcome,
    ResourceKind,
    Route,
    Scope,
    StepKind,
    Urgency,
    UrgencyBasis,
    Verdict,
)


class Judgement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How urgent a problem is, of which type and fault, and what was looked at to say so."""

    urgency: Urgency
    urgency_basis: list[UrgencyBasis]
    override_reason: Note | None = None
    problem_type: ProblemType
    fault_code: Code | None = None
    cause_code: Code | None = None
    scope: Scope | None = None
    mould_kind: MouldKind | None = None
    mould_id: MouldId | None = None
    drawings_consulted: list[Drawing] = []
    history_consulted: list[CaseId] = []
    none_available_reason: Note | None = None
    preliminary_judgement: Note
    vocabulary_version: Annotated[int, SET_BY_SERVICE] = 0


class Classified(Judgement, frozen=True, kw_only=True, omit_defaults=True):
    """Urgency, problem type and fault code were set, with drawings and history looked at (R-2.1.3-a to -c)."""


class PreviousJudgement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What counted before a reclassification."""

    urgency: Urgency
    problem_type: ProblemType | None = None
    fault_code: Code | None = None
    cause_code: Code | None = None


class Reclassified(Judgement, frozen=True, kw_only=True, omit_defaults=True):
    """The judgement was changed, for this reason (R-2.1.3-d)."""

    reason: Note
    previous: Annotated[PreviousJudgement | None, SET_BY_SERVICE] = None


class CaseReassigned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody else answers for the case from now on (B-18)."""

    from_person: UserName
    to_person: UserName
    reason: Note


class WarrantyAssessed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the warranty covers the fault, whose fault it is and what it costs (B-03)."""

    verdict: Verdict
    mould_id: MouldId | None = None
    shots_read: Count | None = None
    shots_estimated: bool | None = None
    basis: Note
    liability: Liability
    charge: Charge


class ConsultationRequested(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Engineers of several departments are asked to look at a problem together (R-2.2.1-a)."""

    question: Note
    departments: list[Department]
    needed_by: Instant
    material: list[Attachment] = []


class Participant(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of our people at a consultation, and for which department."""

    person_id: UserName
    dept: Department


class PossibleCause(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What may have caused the problem, how likely, and what speaks for it."""

    category: Cause
    text: Note
    likelihood: Likelihood
    evidence: Note | None = None


class Solution(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What could be done, what it would bring and what may go wrong."""

    text: Note
    effect: Note
    risk: Note


class Resource(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a solution needs: a part number, a skill or a tool, and how many."""

    kind: ResourceKind
    ref: Short
    qty: Quantity


class ConsultationHeld(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The minutes of a consultation: causes, solutions, resources and the recommended way (R-2.2.1-b)."""

    held_at: Instant
    participants: list[Participant]
    causes: list[PossibleCause]
    solutions: list[Solution]
    resources: list[Resource] = []
    no_resources: Yes | None = None
    conclusion: Note
    recommended_route: Route


class CustomerPerson(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's person who took part, and in which role."""

    name: PersonName
    role: PersonalShort


class RemoteStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that the customer was guided to do, and what was seen."""

    seq: Positive
    kind: StepKind
    action: Note
    target: FreeShort | None = None
    before: Short | None = None
    after: Short | None = None
    unit: Short | None = None
    observed: Note


class RemoteSessionLogged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A session of support from afar, with what was said and done (R-2.2.2-b)."""

    mode: RemoteMode
    started_at: Instant
    ended_at: Instant
    our_people: list[UserName]
    customer_people: list[CustomerPerson]
    conversation_summary: Long
    steps: list[RemoteStep]
    outcome: RemoteOutcome
    info_asked: Note | None = None
    recording_ref: FileRef | None = None
    recording_consent: bool | None = None
    downtime_saved_min: Count | None = None
