"""The published rules as far as the log had come when an event was recorded: the one thing `apply` sees besides it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from shared.clocks.policy import SERVICE_LEVELS
from shared.events.catalogue import decode
from shared.events.envelope import Recorded, subject_of
from shared.events.policy import SlaContent, SlaPolicyPublished
from shared.store.port import EventStore

_RULES = subject_of("policy", SERVICE_LEVELS)


Levels = Callable[[int], SlaContent | None]
type Step[State] = Callable[[State | None, Recorded, Any, Levels], State]
"""(what an aggregate was or None, the event's envelope, the event, service levels by version) -> what it is after."""


class Reference(Struct, frozen=True):
    """Service levels by version; `made` is what `once` has made under them of events of one batch."""

    service_levels: Mapping[int, SlaContent] = MappingProxyType({})
    made: dict[tuple[Any, int], tuple[Any, Any]] = field(default_factory=dict)

    def levels(self, version: int) -> SlaContent | None:
        """The content of one version, None when it was not published yet."""
        return self.service_levels.get(version)

    def once[State](self, step: Step[State], before: State | None, recorded: Recorded, event: Any) -> State:
        """What a pure `step` makes of an event; read models that ask for the same get the same without a second go."""
        known = self.made.get((step, recorded.sequence))
        if known is not None and (known[0] is before or known[0] == before):
            after: State = known[1]
            return after
        after = step(before, recorded, event, self.levels)
        self.made[step, recorded.sequence] = (before, after)
        return after


def is_rule(recorded: Recorded) -> bool:
    """Whether an event changes the reference."""
    return recorded.subject == _RULES


def learn(reference: Reference, recorded: Recorded) -> Reference:
    """The reference after one more event. Raises: UnknownEventType, ValueError."""
    event = decode(recorded)
    if not isinstance(event, SlaPolicyPublished):
        return reference
    return Reference({**reference.service_levels, event.version: event.content})


async def rules_until(store: EventStore, position: int) -> list[Recorded]:
    """The events that changed the reference up to a position, in order. Raises: as EventStore.load."""
    known = await store.load(_RULES)
    return [recorded for recorded in known if recorded.sequence <= position]


async def reference_at(store: EventStore, position: int) -> Reference:
    """The reference as it was after a position. Raises: as EventStore.load."""
    reference = Reference()
    for recorded in await rules_until(store, position):
        reference = learn(reference, recorded)
    return reference
