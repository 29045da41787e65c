"""What a command about earlier events must know: those of its own aggregate, and one of them with its texts opened."""

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct

from shared.case.effective import Told, effective


class Past(Struct, frozen=True):
    """The events of an aggregate up to the version that is decided on, as stored.

    `counting` are those that count, as they count; `opened` the fields of the one that is asked for, as they count,
    with their texts opened: None where a person was erased. None: there is no such event.
    """

    events: Sequence[Told] = ()
    counting: Sequence[Told] = ()
    opened: dict[str, Any] | None = None

    def named(self, event_id: str) -> Told | None:
        """The event of this id as it was stored, None when there is none."""
        return next((one for one in self.events if one.meta.event_id == event_id), None)

    def counted(self, event_id: str) -> Told | None:
        """The event of this id as it counts, None when it does not."""
        return next((one for one in self.counting if one.meta.event_id == event_id), None)


class TextsOpener(Protocol):
    """Opens what was sealed."""

    async def open_fields(self, type: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Stored fields of an event of this type with their texts opened, None where a person was erased."""
        ...


async def past_of(events: Sequence[Told], event_id: str | None, opener: TextsOpener) -> Past:
    """The past as a rule sees it. Raises: StoreUnavailable when keys cannot be reached."""
    past = Past(events, effective(events))
    found = past.counted(event_id) if event_id is not None else None
    if found is None:
        return past
    return Past(past.events, past.counting, await opener.open_fields(found.meta.type, found.fields))
