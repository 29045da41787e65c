"""Whoever is told that a case was raised takes it up, as people do: within the hour."""

import heapq
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from shared.events.case.clocks import Escalated
from shared.events.catalogue import decode
from shared.events.envelope import Recorded
from shared.events.vocabulary import EscalationTrigger

_PEOPLE = {"SPECIALIST": "specialist", "SUPERVISOR": "supervisor", "QUALITY": "quality"}
"""Who answers for a post."""
_LEAST, _SPREAD = 10, 40
"""Minutes that an answer takes at least, and may take more."""


class TakingUp(Struct, frozen=True, order=True):
    """Somebody takes a level up at this time."""

    at: datetime
    case_id: str
    clock: str
    level: int
    user: str

    @property
    def command_id(self) -> str:
        """The same for the same level of the same case."""
        return str(uuid5(NAMESPACE_URL, f"sample:{self.case_id}:{self.clock}:{self.level}:{self.at.isoformat()}"))


class Answers:
    """What people will answer, by time."""

    def __init__(self) -> None:
        self._coming: list[TakingUp] = []

    def hear(self, recorded: Recorded) -> None:
        """Whoever was told first answers; two refused visits are answered as the script of a case says."""
        if recorded.meta.type != "Escalated":
            return
        event = decode(recorded)
        if not isinstance(event, Escalated) or event.trigger is EscalationTrigger.TWO_REFUSALS:
            return
        told = (_PEOPLE.get(name, name) for name in event.to)
        user = next((name for name in told if name.islower()), None)
        if user is not None:
            minutes = _LEAST + int(recorded.meta.event_id[:8], 16) % _SPREAD
            at = recorded.meta.occurred_at + timedelta(minutes=minutes)
            heapq.heappush(self._coming, TakingUp(at, recorded.aggregate_id, event.clock.value, event.level, user))

    def next_at(self) -> datetime | None:
        """When the next answer comes, None when none does."""
        return self._coming[0].at if self._coming else None

    def pop(self) -> TakingUp:
        """The next answer. Raises: IndexError when there is none."""
        return heapq.heappop(self._coming)
