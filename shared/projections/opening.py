"""Opens sealed fields for the two read models that may hold clear text."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from shared.events.catalogue import EVENTS
from shared.events.envelope import Recorded
from shared.events.upcast import upcast
from shared.people.people import People


class Opener(Protocol):
    """Opens what events say of customers' persons."""

    async def open_all(self, events: Sequence[Recorded]) -> dict[int, dict[str, Any]]:
        """The fields of each event by its position, opened; None where the key is gone.

        An event whose fields do not fit their types is left out.
        Raises: ConnectionError when the keys cannot be reached.
        """
        ...


class PeopleOpener:
    """Opens with the key ring of the deployment; the keys of a whole batch are fetched at once."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def open_all(self, events: Sequence[Recorded]) -> dict[int, dict[str, Any]]:
        """As the port says."""
        fields: dict[int, dict[str, Any]] = {}
        persons: set[str] = set()
        for recorded in events:
            meta = recorded.meta
            try:
                stored: dict[str, Any] = msgspec.json.decode(upcast(meta.type, meta.schema, recorded.raw))
                persons |= self._people.owners(EVENTS[meta.type], stored)
            except (ValueError, TypeError, AttributeError):
                continue
            fields[recorded.sequence] = stored
        keys = await self._people.load(sorted(persons))
        for recorded in events:
            if (found := fields.get(recorded.sequence)) is not None:
                self._people.open_fields(EVENTS[recorded.meta.type], found, keys)
        return fields
