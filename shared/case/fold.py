"""The fold of a case, composed by stage: the type picks the stage, the stage folds its own union."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from shared.case import across, analytics, dispatch, followup, intake, timing, triage
from shared.case.lifecycle import transition
from shared.case.state import Case
from shared.events.catalogue import (
    AnalyticsEvent,
    DispatchEvent,
    FollowupEvent,
    IntakeEvent,
    TriageEvent,
    types_of,
)
from shared.events.envelope import Meta

_UNIONS = {
    "intake": IntakeEvent,
    "triage": TriageEvent,
    "dispatch": DispatchEvent,
    "followup": FollowupEvent,
    "analytics": AnalyticsEvent,
}
_STAGES = {event.__name__: stage for stage, union in _UNIONS.items() for event in types_of(union)}
_FOLDS: dict[str, Callable[[Any, Any, Meta], Any]] = {
    "intake": intake.fold,
    "triage": triage.fold,
    "dispatch": dispatch.fold,
    "followup": followup.fold,
    "analytics": analytics.fold,
}


def stage_of(event: str) -> str:
    """The stage whose file folds this event type. Raises: KeyError for a type that no stage folds."""
    return _STAGES[event]


def fold(case: Case, event: Any, meta: Meta) -> Case:
    """The case after one more event. Total over all case events; never refuses."""
    stage = _STAGES[meta.type]
    row = transition(meta.type, case.state, event)
    changes: dict[str, Any] = {stage: _FOLDS[stage](getattr(case, stage), event, meta), "cycle": meta.cycle}
    if row is not None and row.to is not None:
        changes["state"] = row.to
    case = replace(case, **changes)
    change = across.CHANGES.get(meta.type)
    case = case if change is None else change(case, event, meta)
    measured = timing.fold(case, event, meta)
    return case if measured is case.timing else replace(case, timing=measured)
