"""Folded aggregates that a process keeps, bounded, fed by its own appends and by the follower.

What is kept may be stale: an append needs no reload because its guard proves it, but nothing may be refused
on it. `refresh` asks the leader and reads the rest.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from shared.case.effective import Told, told_of
from shared.events.catalogue import decode
from shared.events.envelope import Recorded
from shared.masters.aggregates import AGGREGATES, revised, revises, states_of
from shared.store.port import NOTHING_YET, EventStore, Head


class FirstAnswer(Struct, frozen=True):
    """What a command was answered when it was accepted; a repeated command is answered with it again."""

    event_id: str
    type: str
    version: int
    sequence: int
    standing: str
    command_hash: str


class Folded(Struct):
    """One aggregate as far as it was read: its state, its last event, and the answers it gave by command id."""

    state: Any
    head: Head
    answers: dict[str, FirstAnswer]

    def latest(self, event_type: str) -> FirstAnswer | None:
        """The answer to the last command that made an event of this type."""
        return next((one for one in reversed(self.answers.values()) if one.type == event_type), None)


class Turn:
    """A lock, and how many hold it or wait for it."""

    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


class Alone:
    """Holds the lock of a name while it is open; nobody's lock is forgotten."""

    __slots__ = ("_name", "_turns")

    def __init__(self, turns: dict[str, Turn], name: str) -> None:
        self._turns = turns
        self._name = name

    async def __aenter__(self) -> None:
        turn = self._turns.get(self._name)
        if turn is None:
            turn = self._turns[self._name] = Turn()
        turn.users += 1
        is_held = False
        try:
            is_held = await turn.lock.acquire()
        finally:
            if not is_held:  # cancelled while it waited
                self._leave(turn)

    async def __aexit__(self, *fault: object) -> None:
        turn = self._turns[self._name]
        turn.lock.release()
        self._leave(turn)

    def _leave(self, turn: Turn) -> None:
        turn.users -= 1
        if not turn.users:
            del self._turns[self._name]


class Aggregates:
    """The cache. `size` aggregates at most; the one used longest ago leaves first."""

    def __init__(self, store: EventStore, size: int = 4096) -> None:
        self._store = store
        self._size = size
        self._kept: OrderedDict[str, Folded] = OrderedDict()
        self._locks: dict[str, Turn] = {}

    def alone(self, name: str) -> "Alone":
        """One command at a time for an aggregate, or whatever else has this name, within this process."""
        return Alone(self._locks, name)

    async def get(self, subject: str) -> Folded:
        """The aggregate, from memory or the log; possibly stale. Raises: as EventStore.load."""
        kept = self._kept.get(subject)
        if kept is not None:
            self._kept.move_to_end(subject)
            return kept
        return await self._read(subject, _nothing(subject), 0)

    def presumed(self, subject: str) -> Folded:
        """The aggregate from memory, else as one without events: nothing is asked. Only for who opens it: the guard
        of his append proves that it is new, and whoever was there before is met by a refresh."""
        return self._kept.get(subject) or _nothing(subject)

    async def refresh(self, subject: str) -> Folded:
        """The aggregate as the leader knows it now. Raises: as EventStore.head and load."""
        newest = await self._store.head(subject)
        kept = self._kept.get(subject) or _nothing(subject)
        if newest <= kept.head.sequence:
            return kept
        return await self._read(subject, kept, newest)

    async def events(self, subject: str, folded: Folded) -> list[Told]:
        """The events that an aggregate was folded from, as stored. Raises: as EventStore.load; ValueError."""
        events = await self._store.load(subject, NOTHING_YET, folded.head.sequence)
        return [told_of(one) for one in events if one.sequence <= folded.head.sequence]

    def observe(self, recorded: Recorded) -> None:
        """Take an event seen elsewhere into an aggregate that is kept.

        One that does not follow drops it, and so does a correcting one: the next who asks reads it anew.
        """
        kept = self._kept.get(recorded.subject)
        if kept is None or recorded.meta.version <= kept.head.version:
            return
        follows = recorded.meta.version == kept.head.version + 1 and recorded.meta.prev == kept.head.hash
        if follows and not revises(recorded):
            self._kept[recorded.subject] = _after(kept, recorded)
        else:
            del self._kept[recorded.subject]

    def position(self, subject: str) -> int:
        """The position of the last event of an aggregate that is kept, 0 when it is not."""
        kept = self._kept.get(subject)
        return kept.head.sequence if kept is not None else 0

    async def appended(self, recorded: Recorded) -> Folded:
        """Take in an event that this process has just stored, and answer the aggregate after it.

        Raises: as EventStore.load, which is asked after a correcting event and for what was dropped meanwhile.
        """
        subject, version = recorded.subject, recorded.meta.version
        kept = self._kept.get(subject) or _nothing(subject)
        if kept.head.version < version - 1:
            return await self._read(subject, _nothing(subject), recorded.sequence)
        if kept.head.version == version - 1:
            kept = await self._corrected(kept, recorded) if revises(recorded) else _after(kept, recorded)
            self._keep(subject, kept)
        return kept

    async def _corrected(self, folded: Folded, recorded: Recorded) -> Folded:
        events = await self._store.load(recorded.subject, NOTHING_YET, recorded.sequence)
        return _with(folded, recorded, revised([one for one in events if one.sequence <= recorded.sequence]))

    async def _read(self, subject: str, known: Folded, until: int) -> Folded:
        events = await self._store.load(subject, known.head, until)
        if known.head.version and any(map(revises, events)):
            known, events = _nothing(subject), await self._store.load(subject, NOTHING_YET, until)
        known = _beginning(events) if any(map(revises, events)) else _continued(known, events)
        kept = self._kept.get(subject)
        if kept is not None and kept.head.version >= known.head.version:
            return kept
        if known.head.version:
            self._keep(subject, known)
        return known

    def _keep(self, subject: str, folded: Folded) -> None:
        self._kept[subject] = folded
        self._kept.move_to_end(subject)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)


def _nothing(subject: str) -> Folded:
    return Folded(AGGREGATES[subject.split(".", 2)[1]].initial, Head(), {})


def _continued(folded: Folded, events: Iterable[Recorded]) -> Folded:
    for recorded in events:
        folded = _after(folded, recorded)
    return folded


def _beginning(events: Sequence[Recorded]) -> Folded:
    """An aggregate from all its events, with correcting ones among them."""
    folded = _nothing(events[0].subject)
    for recorded, state in zip(events, states_of(events), strict=True):
        folded = _with(folded, recorded, state)
    return folded


def _after(folded: Folded, recorded: Recorded) -> Folded:
    state = AGGREGATES[recorded.kind].fold(folded.state, decode(recorded), recorded.meta)
    return _with(folded, recorded, state)


def _with(folded: Folded, recorded: Recorded, state: Any) -> Folded:
    meta, standing = recorded.meta, AGGREGATES[recorded.kind].standing(state)
    answer = FirstAnswer(meta.event_id, meta.type, meta.version, recorded.sequence, standing, meta.command_hash)
    # The answers are shared on purpose: they only grow, and the older value of an aggregate is never used again.
    folded.answers[meta.command_id] = answer
    return Folded(state, Head(recorded.sequence, meta.version, recorded.hash), folded.answers)
