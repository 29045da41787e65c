"""The fold of a case, composed by stage: the type picks the stage, the stage folds its own union."""

from collections.abc import Callable
from typing import Any, get_args

import msgspec

from shared.case import followup, intake, triage
from shared.case.lifecycle import transition
from shared.case.state import Case
from shared.events.envelope import Meta

_STAGES: dict[str, str] = {
    **{event.__name__: "intake" for event in get_args(intake.IntakeEvent)},
    triage.TriageEvent.__name__: "triage",
    followup.FollowupEvent.__name__: "followup",
}
_FOLDS: dict[str, Callable[[Any, Any, Meta], Any]] = {
    "intake": intake.fold,
    "triage": triage.fold,
    "followup": followup.fold,
}


def stage_of(event: str) -> str:
    """The stage whose file folds this event type. Raises: KeyError for a type that no stage folds."""
    return _STAGES[event]


def fold(case: Case, event: Any, meta: Meta) -> Case:
    """The case after one more event. Total over all case events; never refuses."""
    stage = _STAGES[meta.type]
    row = transition(meta.type, case.state)
    changes: dict[str, Any] = {stage: _FOLDS[stage](getattr(case, stage), event, meta), "cycle": meta.cycle}
    if row is not None and row.to is not None:
        changes["state"] = row.to
    if isinstance(event, triage.TriageEvent):
        changes["intake"] = triage.completed(case.intake, event)
    return msgspec.structs.replace(case, **changes)
