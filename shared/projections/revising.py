"""What a correcting event makes of its aggregate: read anew from the log, because nothing carried on can say it."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from shared.case.effective import Told, effective, told_of
from shared.events.catalogue import UnknownEventType
from shared.events.envelope import Recorded
from shared.masters.aggregates import revises, states_of
from shared.projections.opening import Opener
from shared.projections.projection import Projection
from shared.projections.reader import Corrected, Reader
from shared.store.port import EventStore


class Revising(Struct, frozen=True):
    """Where aggregates are read from, and who opens what they say."""

    store: EventStore
    opener: Opener

    async def look_back(self, projection: Projection, reader: Reader, wanted: Sequence[Recorded]) -> None:
        """Fill in what the correcting events among these make of their aggregates, as far as a read model needs it.

        One that cannot be folded is left out, so that it is parked like any event that cannot be taken.
        Raises: as EventStore.load; ConnectionError when keys cannot be reached.
        """
        if not (projection.folds or projection.opens or projection.recounts):
            return
        known: Mapping[int, Any] = _made(projection, reader)
        correcting = [one for one in wanted if revises(one) and one.sequence not in known]
        last = {one.subject: one.sequence for one in correcting}
        for subject, until in last.items():
            events = [one for one in await self.store.load(subject) if one.sequence <= until]
            at = {one.sequence for one in correcting if one.subject == subject}
            if projection.folds:
                reader.revised |= _states(events, at)
            elif projection.opens:
                opened = await self.opener.open_all(events)
                history = [Told(one.meta, opened.get(one.sequence, {})) for one in events]
                reader.corrected |= _counting(events, history, at)
            else:
                reader.recounted |= _counting(events, list(map(told_of, events)), at)


def _made(projection: Projection, reader: Reader) -> Mapping[int, Any]:
    """What was made of correcting events already, of the kind that a read model wants."""
    if projection.folds:
        return reader.revised
    return reader.corrected if projection.opens else reader.recounted


def _counting(events: list[Recorded], history: list[Told], at: set[int]) -> dict[int, Corrected]:
    """The events that count after each of these correcting ones."""
    by_id = {one.meta.event_id: one for one in events}
    found: dict[int, Corrected] = {}
    for index, recorded in enumerate(events):
        if recorded.sequence in at:
            try:
                counting = [(by_id[one.meta.event_id], one) for one in effective(history[: index + 1])]
            except (LookupError, ValueError):
                continue
            found[recorded.sequence] = Corrected(events[: index + 1], counting)
    return found


def _states(events: list[Recorded], at: set[int]) -> dict[int, Any]:
    """The aggregate after each of these correcting events, up to the first that does not fit."""
    found: dict[int, Any] = {}
    try:
        for recorded, state in zip(events, states_of(events), strict=True):
            if recorded.sequence in at:
                found[recorded.sequence] = state
    except (LookupError, UnknownEventType, ValueError):
        return found
    return found
