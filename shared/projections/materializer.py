"""Keeps one build of one read model in step with the log: folds what comes and writes it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import structlog
from msgspec import Struct

from shared.events.catalogue import UnknownEventType
from shared.events.envelope import IntegrityError, Recorded
from shared.projections.builds import Build, named_build
from shared.projections.folding import FOLLOWS, Folded, Folder
from shared.projections.opening import Opener
from shared.projections.projection import Projection
from shared.projections.reader import Reader
from shared.projections.reference import reference_at
from shared.projections.revising import Revising
from shared.projections.standing import standing_of
from shared.projections.statements import Hook, Pool, Statements, nothing
from shared.projections.table import Table
from shared.projections.writing import OutOfStep, Stretch, current_rows, write
from shared.runtime import tracing
from shared.store import concern
from shared.store.port import EventStore

_log = structlog.get_logger(__name__)
TOLD_AT_ONCE = 50
"""Parked aggregates that are named in the log for one stretch; all of them stand in the register."""
LOADED_AT_ONCE = 16
"""Aggregates that are loaded from the log at the same time."""
_PARKED = "select distinct subject from projections.parked where table_name = %(table)s"


class Workplace(Struct, frozen=True):
    """What all builds of a process share."""

    store: EventStore
    pool: Pool
    opener: Opener
    hook: Hook = nothing


class Materializer:
    """One build, from the position it stands at. `remembered` bounds the rows kept in memory, in aggregates."""

    def __init__(self, place: Workplace, projection: Projection, build: Build, remembered: int = 20_000) -> None:
        self.projection = projection
        self.build = build
        self._place = place
        self._table = Table(projection, build.table)
        self._remembered = remembered
        self._folder: Folder | None = None
        self._revising = Revising(place.store, place.opener)

    @property
    def position(self) -> int:
        """The last position of the log that is in the rows."""
        return self.build.position

    async def reload(self) -> None:
        """Forget everything and begin at what the register says. Raises: OutOfStep when the build is gone."""
        async with self._place.pool.connection() as connection:
            build = await named_build(Statements(connection, self._place.hook), self.build.table)
        if build is None or build.status == "retired":
            raise OutOfStep(self.build.table)
        self.build, self._folder = build, None

    def next_stretch(self) -> Folded:
        """An empty stretch that begins where the build stands."""
        return Folded(self.position, self.position)

    async def fold_next(self, reader: Reader) -> Folded:
        """Take a batch into a stretch of its own. Raises: as `fold`."""
        if self.is_full():
            self.forget()
        if self.concerns_any(reader.batch):
            return await self.fold(reader, self.next_stretch())
        last = _behind(reader, self.position).batch[-1:]
        return Folded(self.position, last[0].sequence, last[0]) if last else self.next_stretch()

    async def fold(self, reader: Reader, into: Folded) -> Folded:
        """Take a batch into a stretch without writing; events it already holds are passed over."""
        reader = _behind(reader, into.last)
        folder = self._folder or await self._begin()
        if not reader.batch:
            return into
        if unmet := folder.unmet(reader.wanted(self.projection)):
            folder.current |= await self._current(unmet)
        if unknown := folder.unknown(reader.wanted(self.projection)):
            await self._recall(folder, unknown)
        await self._revising.look_back(self.projection, reader, folder.readable(reader.wanted(self.projection)))
        if self.projection.opens:
            await self._open(folder, reader)
        if tracing.is_collected():
            made = (one.meta.traceparent for one in reader.wanted(self.projection))
            into.traces = tracing.with_traces(into.traces, made)
        return folder.fold(reader, into)

    def is_full(self) -> bool:
        """Whether more aggregates are remembered than may be; never forget while something is not written."""
        return self._folder is not None and len(self._folder.current) > self._remembered

    def forget(self) -> None:
        """Drop what is remembered of aggregates; everything must be written."""
        if self._folder is not None:
            self._folder.forget(0)

    async def park_in(self, folded: Folded, subjects: Iterable[str]) -> None:
        """Take aggregates that an earlier stretch could not write out of a later one."""
        for subject in subjects:
            folded.park(subject, await self._events(subject, folded), FOLLOWS)

    def has_nothing_of(self, folded: Folded) -> bool:
        """Whether a stretch changes nothing, not even the position."""
        return folded.last == folded.first and folded.pause == self.build.paused

    async def write(self, folded: Folded) -> set[str]:
        """Write a stretch; the aggregates that the database refused, which are parked from now on."""
        if self.has_nothing_of(folded):
            return set()
        with self._span(folded):
            refused = await self._written(folded)
        for subject in refused:
            if self._folder is not None:
                self._folder.park(subject)
        self.wrote(folded)
        return refused

    def wrote(self, folded: Folded) -> None:
        """Note that a stretch was written."""
        self.moved(folded.last, folded.pause)
        self._tell(folded)

    def stretch(self, folded: Folded) -> Stretch:
        """A stretch with all that writing it takes."""
        return Stretch(self._table, self.build, folded)

    async def _written(self, folded: Folded) -> set[str]:
        is_first = folded.first == 0 and self.build.status in ("building", "beside", "scratch")
        async with self._place.pool.connection() as connection:
            statements = Statements(connection, self._place.hook)
            return await write(statements, self._table, self.build, folded, self._events, is_first=is_first)

    def _span(self, folded: Folded) -> AbstractContextManager[tracing.Span]:
        """One span for the whole stretch, pointing to the traces that its events belong to."""
        told: dict[str, str | int] = {
            "db.system.name": "postgresql",
            "db.collection.name": self.build.table,
            "messaging.batch.message_count": folded.last - folded.first,
            "moldcare.sequence": folded.last,
        }
        return tracing.span(f"project {self.projection.name}", told, kind="consumer", links=folded.traces)

    def _tell(self, folded: Folded) -> None:
        """The first event of each aggregate that went into quarantine; its successors only follow it."""
        first = {one.subject: one for one in reversed(folded.parked) if one.error != FOLLOWS}
        for one in list(first.values())[:TOLD_AT_ONCE]:
            told = {**concern.of_subject(one.subject), "sequence": one.sequence, "type": one.type, "error": one.error}
            _log.error("event parked", projection=self.projection.name, table=self.build.table, **told)

    def moved(self, position: int, pause: str | None = None) -> None:
        """Note how far the register says the rows are."""
        build = self.build
        self.build = Build(
            build.table, build.name, build.version, build.status, position, build.epoch, build.applied_at, pause
        )

    def concerns_any(self, batch: Sequence[Recorded]) -> bool:
        """Whether anything in a batch may change rows or rules."""
        return any(self.projection.concerns(one) or one.kind == "policy" for one in batch)

    async def _begin(self) -> Folder:
        reference = await reference_at(self._place.store, self.position)
        async with self._place.pool.connection() as connection:
            rows = await Statements(connection).fetch("build.find", _PARKED, {"table": self.build.table})
        self._folder = Folder(self.projection, reference, (subject for (subject,) in rows))
        return self._folder

    async def _current(self, subjects: list[str]) -> dict[str, Any]:
        if self.position == 0:
            return dict.fromkeys(subjects)
        async with self._place.pool.connection() as connection:
            return await current_rows(Statements(connection, self._place.hook), self._table, subjects)

    async def _recall(self, folder: Folder, versions: Mapping[str, int]) -> None:
        """Fold aggregates from their own events up to a version; one that cannot be folded stays unknown."""
        few = asyncio.Semaphore(LOADED_AT_ONCE)

        async def recall(subject: str, version: int) -> None:
            async with few:
                events = await self._place.store.load(subject)
            try:
                standing = standing_of([one for one in events if one.meta.version <= version], folder.reference)
            except (LookupError, UnknownEventType, ValueError):
                return
            if standing is not None:
                folder.standings.put(subject, standing)

        await asyncio.gather(*(recall(subject, version) for subject, version in versions.items()))

    async def _events(self, subject: str, folded: Folded) -> list[Recorded]:
        loaded = await self._place.store.load(subject)
        within = (one for one in loaded if folded.first < one.sequence <= folded.last)
        return [one for one in within if self.projection.wants(one)]

    async def _open(self, folder: Folder, reader: Reader) -> None:
        readable = folder.readable(reader.wanted(self.projection))
        closed = [one for one in readable if one.sequence not in reader.opened]
        reader.opened |= await self._place.opener.open_all(closed)


def _behind(reader: Reader, position: int) -> Reader:
    """The part of a batch behind a position. Raises: IntegrityError for a gap."""
    reader = reader.behind(position)
    if reader.batch and reader.batch[0].sequence != position + 1:
        raise IntegrityError(f"the log goes on at {reader.batch[0].sequence} where {position + 1} was expected")
    if reader.gap is not None:
        raise IntegrityError(f"the log goes on at {reader.gap[1]} where {reader.gap[0] + 1} was expected")
    return reader
