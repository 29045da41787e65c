"""Facts of triage: how urgent a problem is and of what type (norm 2.1.3)."""

from typing import Annotated

from msgspec import Struct

from shared.events.shapes import SET_BY_SERVICE, CaseId, Code, Drawing, MouldId, Note
from shared.events.vocabulary import MouldKind, ProblemType, Scope, Urgency, UrgencyBasis


class Classified(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Urgency, problem type and fault code were set, with drawings and history looked at (R-2.1.3-a to -c)."""

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
