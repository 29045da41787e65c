"""The event store in memory: the same laws as JetStream, for tests and trials."""

import asyncio
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence

from shared.events.envelope import GENESIS, IntegrityError, Recorded
from shared.store.port import NOTHING_YET, Conflict, Draft, Head, OutcomeUnknown

BATCH = 1000


class MemoryStore:
    """Keeps payloads, not events, so that every read verifies what it returns."""

    def __init__(self) -> None:
        self._log: list[tuple[str, bytes]] = []
        self._positions: dict[str, list[int]] = {}
        self._event_ids: set[str] = set()
        self._grown = asyncio.Condition()

    async def load(self, subject: str, after: Head = NOTHING_YET, until: int = 0) -> list[Recorded]:
        """As the port says."""
        events: list[Recorded] = []
        version, hash = after.version, after.hash
        for position in self._positions.get(subject, ()):
            if position > after.sequence:
                recorded = self._at(position)
                recorded.follows(version, hash)
                version, hash = recorded.meta.version, recorded.hash
                events.append(recorded)
        return events

    async def of_kind(self, kind: str, after: int) -> AsyncIterator[list[Recorded]]:
        """As the port says."""
        found = [self._at(position) for position in range(after + 1, len(self._log) + 1)]
        if wanted := [recorded for recorded in found if recorded.kind == kind]:
            yield wanted

    async def head(self, subject: str) -> int:
        """As the port says."""
        positions = self._positions.get(subject)
        return positions[-1] if positions else 0

    async def append(self, draft: Draft, expected: int) -> int:
        """As the port says."""
        return await self.append_batch([draft], [expected])

    async def append_batch(self, drafts: Sequence[Draft], expected: Sequence[int]) -> int:
        """As the port says."""
        if not 1 <= len(drafts) <= BATCH:
            raise ValueError(f"a batch holds 1 to {BATCH} events")
        guarded: set[str] = set()
        for draft, position in zip(drafts, expected, strict=True):
            last = await self.head(draft.subject)
            if draft.subject not in guarded and last != position:
                raise Conflict(draft.subject, last)
            guarded.add(draft.subject)
        event_ids = {draft.event_id for draft in drafts}
        if len(event_ids) < len(drafts) or event_ids & self._event_ids:
            raise OutcomeUnknown("an event of this id stands in the log already")
        self._event_ids |= event_ids
        for draft in drafts:
            self._log.append((draft.subject, draft.payload))
            self._positions.setdefault(draft.subject, []).append(len(self._log))
        async with self._grown:
            self._grown.notify_all()
        return len(self._log)

    async def last(self) -> int:
        """As the port says."""
        return len(self._log)

    async def make_sure_of_all(self) -> None:
        """As the port says: nothing is ever lost here."""

    async def read(self, after: int, *, follow: bool = False) -> AsyncIterator[list[Recorded]]:
        """As the port says."""
        if after > len(self._log):
            raise IntegrityError(f"the log ends at {len(self._log)}, but position {after} has been read before")
        while True:
            while after < len(self._log):
                end = min(after + BATCH, len(self._log))
                batch = [self._verified(position) for position in range(after + 1, end + 1)]
                after = end
                yield batch
            if not follow:
                return
            async with self._grown:
                while after == len(self._log):
                    await self._grown.wait()

    def _at(self, position: int) -> Recorded:
        subject, payload = self._log[position - 1]
        return Recorded(position, subject, payload)

    def _verified(self, position: int) -> Recorded:
        recorded = self._at(position)
        positions = self._positions[recorded.subject]
        place = bisect_left(positions, position)
        if recorded.meta.version != place + 1:
            raise IntegrityError(f"{recorded.subject} at {position}: version {recorded.meta.version} is out of place")
        recorded.follows(place, self._at(positions[place - 1]).hash if place else GENESIS)
        return recorded
