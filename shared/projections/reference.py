"""The published rules as far as the log had come when an event was recorded: the one thing `apply` sees besides it."""

from msgspec import Struct

from shared.clocks.policy import CALENDAR, SERVICE_LEVELS
from shared.clocks.rules import Rulebook
from shared.events.catalogue import decode
from shared.events.envelope import Recorded, subject_of
from shared.events.policy import CalendarPublished, SlaPolicyPublished
from shared.store.port import EventStore

_RULES = (subject_of("policy", SERVICE_LEVELS), subject_of("policy", CALENDAR))


class Reference(Struct, frozen=True):
    """Service levels and calendars, all versions of both."""

    rulebook: Rulebook = Rulebook()


def is_rule(recorded: Recorded) -> bool:
    """Whether an event changes the reference."""
    return recorded.subject in _RULES


def learn(reference: Reference, recorded: Recorded) -> Reference:
    """The reference after one more event. Raises: UnknownEventType, ValueError."""
    event = decode(recorded)
    match event:
        case SlaPolicyPublished():
            return Reference(reference.rulebook.with_policy(event))
        case CalendarPublished():
            return Reference(reference.rulebook.with_calendar(event))
        case _:
            return reference


async def rules_until(store: EventStore, position: int) -> list[Recorded]:
    """The events that changed the reference up to a position, in order. Raises: as EventStore.load."""
    known = [recorded for subject in _RULES for recorded in await store.load(subject)]
    return sorted((one for one in known if one.sequence <= position), key=lambda one: one.sequence)


async def reference_at(store: EventStore, position: int) -> Reference:
    """The reference as it was after a position. Raises: as EventStore.load."""
    reference = Reference()
    for recorded in await rules_until(store, position):
        reference = learn(reference, recorded)
    return reference
