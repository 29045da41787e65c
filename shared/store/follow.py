"""The one reader of the log in a process: it verifies and decodes each event once and feeds everybody at the head.

Who is behind gets a loop of its own until it has caught up; who is far behind is sent to a process of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from shared.events.envelope import Recorded
from shared.projections.catch_up import catch_up
from shared.projections.leases import Leases
from shared.projections.live import LEAVES, UNREACHABLE, live_member, settle, take_together
from shared.projections.materializer import Materializer, Workplace
from shared.projections.projection import Projection
from shared.projections.reader import Reader
from shared.projections.writing import OutOfStep

FAR_BEHIND = 10_000
"""Events; more are caught up in a child process, so that commands keep their time."""
_RETRY = 1.0
"""Seconds before something that was not reachable is tried again."""
_LOOK = 2.0
"""Seconds between two looks whether the leases are still held."""
_GATHERING = 0.2
"""Seconds in which others that are far behind join the same child."""
_log = structlog.get_logger(__name__)

Observer = Callable[[Recorded], None]
SendFar = Callable[[Sequence[str]], Awaitable[None]]
"""Catches builds up in a child process; the tables' names."""


class Listener(Protocol):
    """Somebody at a position of its own that is no read model, for example a reactor."""

    async def position(self) -> int:
        """The last event taken."""
        ...

    async def take(self, position: int, batch: list[Recorded]) -> int:
        """Take a batch that begins right behind `position`; the new position."""
        ...


class _Ear:
    """A listener as a member of the group: it keeps the position that the listener reached."""

    def __init__(self, listener: Listener, position: int) -> None:
        self._listener = listener
        self.position = position

    async def take(self, reader: Reader) -> None:
        batch = [one for one in reader.batch if one.sequence > self.position]
        if batch:
            self.position = await self._listener.take(self.position, batch)


Member = Materializer | _Ear
Join = Callable[[], Awaitable[Member]]


class Follower:
    """Feeds projections, listeners and observers of one process."""

    def __init__(
        self,
        place: Workplace,
        projections: Sequence[Projection],
        observers: Sequence[Observer] = (),
        listeners: Sequence[Listener] = (),
        send_far: SendFar | None = None,
    ) -> None:
        self._place = place
        self._projections = projections
        self._observers = observers
        self._listeners = listeners
        self._send_far = send_far
        self._leases = Leases(place.pool)
        self._members: dict[Member, Join] = {}
        self._far: set[str] = set()
        self._one_child = asyncio.Lock()
        self._tasks: asyncio.TaskGroup
        self.position = 0
        self.paused: dict[str, str] = {}
        self.is_reading = asyncio.Event()

    async def run(self) -> None:
        """Follow until cancelled. Raises: IntegrityError in an exception group, which somebody must look at."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                for projection in self._projections:
                    tasks.create_task(self._join(_joining(self, projection)))
                for listener in self._listeners:
                    tasks.create_task(self._join(_listening(listener)))
                tasks.create_task(self._watch())
                await self._read()
        finally:
            await self._leases.close()

    async def _read(self) -> None:
        while True:
            try:
                if not self.is_reading.is_set():
                    self.position = await self._place.store.last()
                    self.is_reading.set()
                async for batch in self._place.store.read(self.position, follow=True):
                    await self._feed(batch)
            except UNREACHABLE as error:
                _log.warning("log not readable", error=type(error).__name__)
                await asyncio.sleep(_RETRY)

    async def _watch(self) -> None:
        """Look again at what stands in the rows when the database has died: it may have lost the newest of them.

        What comes next in the log would show it too, but that may take hours.
        """
        while True:
            await asyncio.sleep(_LOOK)
            if not await self._leases.are_held():
                for member in [one for one in self._members if isinstance(one, Materializer)]:
                    self._leave(member, OutOfStep(member.build.table))

    async def _feed(self, batch: list[Recorded]) -> None:
        for recorded in batch:
            for observe in self._observers:
                observe(recorded)
        self.position = batch[-1].sequence
        reader = Reader(batch)
        members = list(self._members)
        ears = [self._give(one, reader) for one in members if isinstance(one, _Ear)]
        await asyncio.gather(self._bring([one for one in members if isinstance(one, Materializer)], reader), *ears)

    async def _bring(self, members: list[Materializer], reader: Reader) -> None:
        for member, error in await take_together(self._place, members, reader):
            self._leave(member, error)
        for member in members:
            if member.build.paused and member in self._members:
                self._pause(member)

    async def _give(self, ear: _Ear, reader: Reader) -> None:
        try:
            await ear.take(reader)
        except LEAVES as error:
            self._leave(ear, error)

    def _pause(self, member: Materializer) -> None:
        self.paused[member.projection.name] = member.build.paused or ""
        _log.error("projection paused", **_named(member), reason=member.build.paused)
        self._members.pop(member, None)

    def _leave(self, member: Member, error: BaseException) -> None:
        _log.warning("fell behind", **_named(member), position=member.position, error=type(error).__name__)
        join = self._members.pop(member, None)
        if join is not None:
            self._tasks.create_task(self._join(join))

    async def _join(self, join: Join) -> None:
        """Bring one member up to the reader and put it into the group; again and again until it stays."""
        await self.is_reading.wait()
        while True:
            member: Member | None = None
            try:
                member = await join()
                caught_up = await self._caught_up(member)
                if caught_up and isinstance(member, Materializer) and member.build.status == "building":
                    await settle(self._place, member)
                    caught_up = await self._caught_up(member)
                if caught_up:
                    self._members[member] = join
                    return
                if isinstance(member, Materializer) and member.build.paused:
                    self._pause(member)
                    return
            except LEAVES as error:
                _log.warning("not caught up", **_named(member), error=type(error).__name__)
                await asyncio.sleep(_RETRY)

    async def _caught_up(self, member: Member) -> bool:
        """Nothing is awaited between the last look at the reader's position and joining the group."""
        while member.position < self.position:
            if isinstance(member, _Ear):
                async for batch in self._place.store.read(member.position):
                    await member.take(Reader(batch))
                continue
            if self._send_far is not None and self.position - member.position > FAR_BEHIND:
                await self._catch_up_far(member)
            await catch_up(self._place.store, [member])
            if member.build.paused:
                return False
        return True

    async def _catch_up_far(self, member: Materializer) -> None:
        """All that are far behind at the same time go to one child, which reads the log once for them."""
        assert self._send_far is not None
        self._far.add(member.build.table)
        async with self._one_child:
            await asyncio.sleep(_GATHERING)
            if member.build.table in self._far:
                tables, self._far = sorted(self._far), set()
                await self._send_far(tables)
        await member.reload()

    async def open(self, projection: Projection) -> Materializer:
        """The build that readers see, once no other process follows it."""
        await self._leases.acquire(projection.name)
        return await live_member(self._place, projection)


def _named(member: Member | None) -> dict[str, str]:
    """The read model that a line is about."""
    if not isinstance(member, Materializer):
        return {}
    return {"projection": member.projection.name, "table": member.build.table}


def _joining(follower: Follower, projection: Projection) -> Join:
    async def join() -> Member:
        return await follower.open(projection)

    return join


def _listening(listener: Listener) -> Join:
    async def join() -> Member:
        return _Ear(listener, await listener.position())

    return join
