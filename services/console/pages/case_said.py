"""What the events of a case say that decides which step comes next."""

from collections.abc import Sequence
from typing import Any

from services.console.case_events import CaseEvent
from shared.events.vocabulary import CallbackResult, CaseKind, Scope


def is_return(events: Sequence[CaseEvent]) -> bool:
    """Whether the newest request wants the mould at our factory."""
    asked = next((event for event in reversed(events) if event.type == "OnsiteRequested"), None)
    return asked is not None and asked.data.get("service_mode") == "RETURN"


def is_training(events: Sequence[CaseEvent]) -> bool:
    """Whether nothing but training was asked for."""
    return bool(said(events, "scope") == Scope.TRAINING)


def is_about_remedy(events: Sequence[CaseEvent]) -> bool:
    """Whether it is a complaint, or the customer asked for a remedy."""
    return said(events, "case_kind") == CaseKind.COMPLAINT or said(events, "remedy_requested") is not None


def said(events: Sequence[CaseEvent], field: str) -> Any:
    """The newest of what report and classification say in a field."""
    told = [one.data.get(field) for one in events if one.type in ("FeedbackReceived", "Classified", "Reclassified")]
    return next((one for one in reversed(told) if one is not None), None)


def is_dissatisfied(events: Sequence[CaseEvent]) -> bool:
    """Whether the customer said so at a call-back of this cycle."""
    cycle = max((one.cycle for one in events), default=1)
    called = (one.data for one in events if one.type == "CallbackDone" and one.cycle == cycle)
    return any(one.get("result") == CallbackResult.DISSATISFIED for one in called)


def is_paused(events: Sequence[CaseEvent]) -> bool:
    """Whether the clocks stand still by a decision."""
    return [one.type for one in events if one.type in ("SlaPaused", "SlaResumed")][-1:] == ["SlaPaused"]
