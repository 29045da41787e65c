"""What is known of an improvement, and where it stands between finding and close-out (R-2.5.2-c)."""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from shared.case.facts.followup import Breach, Escalation
from shared.case.facts.timing import Mark
from shared.case.followup_time import taken_up
from shared.events.case.clocks import Escalated, EscalationAcknowledged
from shared.events.case.followup import SlaBreached
from shared.events.catalogue import ImprovementEvent
from shared.events.envelope import Meta
from shared.events.improvement import (
    ImprovementActionDone,
    ImprovementClosed,
    ImprovementOpened,
    ImprovementPlanned,
    ImprovementRejected,
    ImprovementReopened,
    ImprovementVerified,
)


class ImprovementState(StrEnum):
    """Where an improvement stands."""

    OPEN = "OPEN"
    ACTING = "ACTING"
    VERIFYING = "VERIFYING"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"


class Improvement(Struct, frozen=True):
    """An improvement; `state` None: nothing has happened. `is_effective`: what the last verification found.

    `begun` and `ended` are when it was opened, and closed or rejected. `since` is when its clock began to run: again
    in every cycle. `breaches` and `escalations` are those of that clock (B-19).
    """

    state: ImprovementState | None = None
    opened: ImprovementOpened | None = None
    plan: ImprovementPlanned | None = None
    is_effective: bool | None = None
    closed_at: datetime | None = None
    begun: Mark | None = None
    ended: Mark | None = None
    since: Mark | None = None
    cycle: int = 1
    breaches: tuple[Breach, ...] = ()
    escalations: tuple[Escalation, ...] = ()


_OPEN = frozenset({ImprovementState.OPEN, ImprovementState.ACTING})
_RUNNING = _OPEN | {ImprovementState.VERIFYING}
FLOW: dict[str, frozenset[ImprovementState]] = {
    "ImprovementPlanned": _OPEN,
    "ImprovementActionDone": frozenset({ImprovementState.ACTING}),
    "ImprovementVerified": frozenset({ImprovementState.VERIFYING}),
    "ImprovementClosed": frozenset({ImprovementState.VERIFYING}),
    "ImprovementRejected": _OPEN,
    "ImprovementReopened": frozenset({ImprovementState.CLOSED}),
    "SlaBreached": _RUNNING,
    "Escalated": _RUNNING,
    "EscalationAcknowledged": _RUNNING,
}
"""In which states each event may happen; the first one opens."""


def fold(improvement: Improvement, event: ImprovementEvent, meta: Meta) -> Improvement:
    """The improvement after one more event."""
    match event:
        case ImprovementOpened():
            begun = _mark(meta)
            return replace(improvement, state=ImprovementState.OPEN, opened=event, begun=begun, since=begun)
        case ImprovementPlanned():
            return replace(improvement, state=ImprovementState.ACTING, plan=event)
        case ImprovementActionDone():
            return replace(improvement, state=ImprovementState.VERIFYING, is_effective=None)
        case ImprovementVerified():
            state = improvement.state if event.effective else ImprovementState.ACTING
            return replace(improvement, state=state, is_effective=event.effective)
        case ImprovementClosed():
            return replace(improvement, state=ImprovementState.CLOSED, closed_at=meta.occurred_at, ended=_mark(meta))
        case ImprovementRejected():
            return replace(improvement, state=ImprovementState.REJECTED, ended=_mark(meta))
        case ImprovementReopened():
            again = {"is_effective": None, "closed_at": None, "ended": None, "cycle": improvement.cycle + 1}
            return replace(improvement, state=ImprovementState.ACTING, since=_mark(meta), **again)
        case SlaBreached() | Escalated() | EscalationAcknowledged():
            return _timed(improvement, event, meta)
        case _:
            assert_never(event)


def _timed(
    improvement: Improvement, event: SlaBreached | Escalated | EscalationAcknowledged, meta: Meta
) -> Improvement:
    match event:
        case SlaBreached():
            missed = Breach(event.clock, event.due_at, improvement.cycle)
            return replace(improvement, breaches=(*improvement.breaches, missed))
        case Escalated():
            told = (event.trigger, tuple(event.to), meta.occurred_at, improvement.cycle)
            raised = Escalation(event.clock, event.level, *told)
            return replace(improvement, escalations=(*improvement.escalations, raised))
        case EscalationAcknowledged():
            return replace(improvement, escalations=taken_up(improvement.escalations, event, meta))
        case _:
            assert_never(event)


def _mark(meta: Meta) -> Mark:
    return Mark(meta.occurred_at, meta.event_id, meta.recorded_at)
