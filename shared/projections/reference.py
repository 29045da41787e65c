"""The published rules as far as the log had come when an event was recorded: the one thing `apply` sees besides it."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from shared.clocks.policy import SERVICE_LEVELS
from shared.events.catalogue import decode
from shared.events.envelope import Recorded, subject_of
from shared.events.policy import SlaContent, SlaPolicyPublished
from shared.store.port import EventStore

_RULES = subject_of("policy", SERVICE_LEVELS)


class Reference(Struct, frozen=True):
    """Service levels by version."""

    service_levels: Mapping[int, SlaContent] = MappingProxyType({})

    def levels(self, version: int) -> SlaContent | None:
        """The content of one version, None when it was not published yet."""
        return self.service_levels.get(version)


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
