"""Opens sealed fields for the two read models that may hold clear text."""

from collections.abc import Iterable, Sequence
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
        opening = self._people.opening({})
        fields = dict[int, dict[str, Any]]()
        again = self._open(events, opening, fields)
        if again:
            keys = await self._people.load(sorted(opening.wanted))
            self._open(again, self._people.opening(keys), fields)
        return fields

    def _open(self, events: Iterable[Recorded], opening: Opening, into: dict[int, dict[str, Any]]) -> list[Recorded]:
        """Open what can be opened now; the events for which keys are missing."""
        again = []
        for recorded in events:
            meta, missed = recorded.meta, opening.missed
            try:
                stored = _decode(upcast(meta.type, meta.schema, recorded.raw))
                opened = self._people.open_fields(EVENTS[meta.type], stored, opening)
            except (ValueError, TypeError, AttributeError, KeyError):
                continue
            into[recorded.sequence] = opened
            if opening.missed > missed:
                again.append(recorded)
        return again
