"""What is known of an improvement, and where it stands between finding and close-out (R-2.5.2-c)."""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from shared.case.facts.timing import Mark
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

    `begun` and `ended` are when it was opened, and closed or rejected.
    """

    state: ImprovementState | None = None
    opened: ImprovementOpened | None = None
    plan: ImprovementPlanned | None = None
    is_effective: bool | None = None
    closed_at: datetime | None = None
    begun: Mark | None = None
    ended: Mark | None = None


_OPEN = frozenset({ImprovementState.OPEN, ImprovementState.ACTING})
FLOW: dict[str, frozenset[ImprovementState]] = {
    "ImprovementPlanned": _OPEN,
    "ImprovementActionDone": frozenset({ImprovementState.ACTING}),
    "ImprovementVerified": frozenset({ImprovementState.VERIFYING}),
    "ImprovementClosed": frozenset({ImprovementState.VERIFYING}),
    "ImprovementRejected": _OPEN,
    "ImprovementReopened": frozenset({ImprovementState.CLOSED}),
}
"""In which states each event may happen; the first one opens."""


def fold(improvement: Improvement, event: ImprovementEvent, meta: Meta) -> Improvement:
    """The improvement after one more event."""
    match event:
        case ImprovementOpened():
            return replace(improvement, state=ImprovementState.OPEN, opened=event, begun=_mark(meta))
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
            running = {"is_effective": None, "closed_at": None, "ended": None}
            return replace(improvement, state=ImprovementState.ACTING, **running)
        case _:
            assert_never(event)


def _mark(meta: Meta) -> Mark:
    return Mark(meta.occurred_at, meta.event_id, meta.recorded_at)
