"""Brings builds that are far behind up to the head: the log is read once for all of them, in long stretches,
and while one stretch is being written the next is folded."""

import asyncio
from collections.abc import Callable, Sequence

from shared.events.envelope import Recorded
from shared.projections.folding import Folded
from shared.projections.materializer import Materializer
from shared.projections.reader import Reader
from shared.store.port import EventStore

STRETCH = 20_000
"""Events that are written together when catching up."""
ABREAST = 8
"""Builds that are written at the same time while others wait for their rows."""
MANY_ROWS = 200_000
LONG_STRETCH = 100_000
Enough = Callable[[Folded], bool]
Told = Callable[[int], None]
"""Up to which position the log has been read."""


def a_stretch(folded: Folded) -> bool:
    """Write every 20,000 events: others are waiting for these rows."""
    return folded.last - folded.first >= STRETCH


def rarely(members: int) -> Enough:
    """Write rarely, for nobody reads these rows yet: when so many builds together hold 200,000 rows, and at least
    every 100,000 events, from which a build that was killed goes on."""
    most = MANY_ROWS // max(1, members)

    def enough(folded: Folded) -> bool:
        held = folded.row_count + len(folded.parked)
        return held >= most or folded.last - folded.first >= LONG_STRETCH

    return enough


def nobody(position: int) -> None:
    """Is told how far the log has been read, and keeps it to himself."""


class _Lane:
    """One build's part of a catch-up: the stretch being folded, and the one being written."""

    def __init__(self, member: Materializer, enough: Enough, turns: asyncio.Semaphore) -> None:
        self.member = member
        self._enough = enough
        self._turns = turns
        self._folded = member.next_stretch()
        self._writing: asyncio.Task[set[str]] | None = None

    async def take(self, reader: Reader) -> None:
        if self._folded.pause is not None or reader.batch[-1].sequence <= self._folded.last:
            return
        self._folded = await self.member.fold(reader, self._folded)
        if self._folded.pause is not None or self._enough(self._folded):
            await self.flush()
        if self.member.is_full():
            await self.finish()
            self.member.forget()

    async def flush(self) -> None:
        await self._written()
        folded = self._folded
        self._folded = Folded(folded.last, folded.last, pause=folded.pause)
        self._writing = asyncio.create_task(self._write(folded))

    async def _write(self, folded: Folded) -> set[str]:
        async with self._turns:
            return await self.member.write(folded)

    async def _written(self) -> None:
        if self._writing is not None:
            writing, self._writing = self._writing, None
            if refused := await writing:
                await self.member.park_in(self._folded, refused)

    async def finish(self) -> None:
        await self.flush()
        await self._written()

    async def abandon(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)


async def catch_up(
    store: EventStore,
    members: Sequence[Materializer],
    *,
    enough: Enough = a_stretch,
    abreast: int = ABREAST,
    until: int | None = None,
    told: Told = nobody,
) -> None:
    """Bring these builds to the head, or to position `until`; so many of them are written `abreast`: one, where others
    ask the database for more than these rows.

    Raises: as Materializer.take. What was written stays; a second call goes on from there.
    """
    if not members:
        return
    turns = asyncio.Semaphore(abreast)
    lanes = [_Lane(member, enough, turns) for member in members]
    try:
        async for batch in store.read(min(member.position for member in members)):
            kept = _until(batch, until)
            if kept:
                reader = Reader(kept)
                for lane in lanes:
                    await lane.take(reader)
                    await asyncio.sleep(0)
            told(batch[-1].sequence)
            if len(kept) < len(batch):
                break
        for lane in lanes:
            await lane.finish()
    finally:
        for lane in lanes:
            await lane.abandon()


def _until(batch: list[Recorded], until: int | None) -> list[Recorded]:
    if until is not None and batch[-1].sequence > until:
        return [one for one in batch if one.sequence <= until]
    return batch
