"""The fold of a case, composed by stage: the type picks the stage, the stage folds its own union."""

from collections.abc import Callable
from typing import Any

import msgspec

from shared.case import dispatch, followup, intake, triage
from shared.case.lifecycle import transition
from shared.case.state import Case
from shared.events.case.triage import Classified
from shared.events.catalogue import DispatchEvent, FollowupEvent, IntakeEvent, TriageEvent, types_of
from shared.events.envelope import Meta

_UNIONS = {"intake": IntakeEvent, "triage": TriageEvent, "dispatch": DispatchEvent, "followup": FollowupEvent}
_STAGES = {event.__name__: stage for stage, union in _UNIONS.items() for event in types_of(union)}
_FOLDS: dict[str, Callable[[Any, Any, Meta], Any]] = {
    "intake": intake.fold,
    "triage": triage.fold,
    "dispatch": dispatch.fold,
    "followup": followup.fold,
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
    if isinstance(event, Classified):
        changes["intake"] = triage.completed(case.intake, event)
    return msgspec.structs.replace(case, **changes)
