"""Opens sealed fields for the two read models that may hold clear text."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from shared.events.catalogue import EVENTS
from shared.events.envelope import Recorded
from shared.events.upcast import upcast
from shared.people.people import Opening, People

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Opener(Protocol):
    """Opens what events say of customers' persons."""

    async def open_all(self, events: Sequence[Recorded]) -> dict[int, dict[str, Any]]:
        """The fields of each event by its position, opened; None where the key is gone.

        An event of a type that is not known, or whose fields do not fit it, is left out.
        Raises: ConnectionError when the keys cannot be reached.
        """
        ...


class PeopleOpener:
    """Opens with the key ring of the deployment; the keys of a whole batch are fetched at once."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def open_all(self, events: Sequence[Recorded]) -> dict[int, dict[str, Any]]:
        """As the port says."""
        people, fields, persons = self._people, dict[int, dict[str, Any]](), set[str]()
        for recorded in events:
            meta = recorded.meta
            try:
                stored = _decode(upcast(meta.type, meta.schema, recorded.raw))
                persons |= people.owners(EVENTS[meta.type], stored)
            except (ValueError, TypeError, AttributeError, KeyError):
                continue
            fields[recorded.sequence] = stored
        opening = Opening(await people.load(sorted(persons)))
        for recorded in events:
            if (found := fields.get(recorded.sequence)) is not None:
                people.open_fields(EVENTS[recorded.meta.type], found, opening)
        return fields
