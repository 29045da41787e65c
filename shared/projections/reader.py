"""A batch of the log, in which whatever several read models want of an event is made once for all of them."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from msgspec import Struct

from shared.case.effective import Told
from shared.events.catalogue import EVENTS, decode
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference, is_rule
from shared.projections.standing import Change, Standing, step


class Corrected(Struct, frozen=True):
    """An aggregate's events up to a correcting one, and those that count then, as they count."""

    events: Sequence[Recorded]
    counting: Sequence[tuple[Recorded, Told]]


class Reader:
    """A batch. By position, as far as anybody wanted it: `opened`, the opened fields of events; of correcting events
    `revised`, the aggregate after them, and its events that count then: `corrected` with their opened fields,
    `recounted` with those that are stored.
    """

    def __init__(self, batch: Sequence[Recorded]) -> None:
        self.batch = batch
        self.opened: dict[int, dict[str, Any]] = {}
        self.revised: dict[int, Any] = {}
        self.corrected: dict[int, Corrected] = {}
        self.recounted: dict[int, Corrected] = {}
        self._events: dict[int, Any] = {}
        self._changes: dict[int, Change] = {}
        self._wanted: dict[tuple[frozenset[str], frozenset[str]], Sequence[Recorded]] = {}

    def behind(self, position: int) -> "Reader":
        """The part of the batch behind a position, sharing what was made."""
        if not self.batch or self.batch[0].sequence > position:
            return self
        part = Reader([one for one in self.batch if one.sequence > position])
        part.opened, part._events, part._changes = self.opened, self._events, self._changes
        part.revised, part.corrected, part.recounted = self.revised, self.corrected, self.recounted
        return part

    @cached_property
    def gap(self) -> tuple[int, int] | None:
        """The first two positions that stand beside each other in the batch but not in the log."""
        positions = [one.sequence for one in self.batch]
        if not positions or positions == list(range(positions[0], positions[0] + len(positions))):
            return None
        return next(pair for pair in pairwise(positions) if pair[0] + 1 != pair[1])

    @cached_property
    def special(self) -> frozenset[int]:
        """Positions of events that change rules or that this release does not know: seldom any."""
        return frozenset([one.sequence for one in self.batch if one.meta.type not in EVENTS or is_rule(one)])

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(one.kind for one in self.batch)

    def event(self, recorded: Recorded) -> Any:
        """The event. Raises: ValueError."""
        event = self._events.get(recorded.sequence)
        if event is None:
            event = self._events[recorded.sequence] = decode(recorded)
        return event

    def change(self, before: Standing | None, recorded: Recorded, reference: Reference) -> Change:
        """What the event did to its aggregate; there is one truth at each version, so whoever asks first folds it.

        Raises: LookupError, ValueError.
        """
        change = self._changes.get(recorded.sequence)
        if change is None:
            revised = self.revised.get(recorded.sequence)
            after = step(before, recorded, self.event(recorded), reference, revised)
            change = self._changes[recorded.sequence] = Change(before, after)
        return change

    def wanted(self, projection: Projection) -> Sequence[Recorded]:
        """The events that may make rows of a read model."""
        kinds, handles = projection.kinds, projection.handles
        found = self._wanted.get((kinds, handles))
        if found is None:
            found = self._wanted[kinds, handles] = self._choose(kinds, handles)
        return found

    def _choose(self, kinds: frozenset[str], handles: frozenset[str]) -> Sequence[Recorded]:
        if kinds and kinds.isdisjoint(self._kinds):
            return []
        concerned = [one for one in self.batch if one.kind in kinds] if kinds else self.batch
        return [one for one in concerned if one.meta.type in handles] if handles else concerned

    def turns(self, projection: Projection) -> Sequence[Recorded]:
        """The events at which something happens to a read model: those it wants, and special ones."""
        wanted = self.wanted(projection)
        if not self.special:
            return wanted
        chosen = {one.sequence for one in wanted}
        return [one for one in self.batch if one.sequence in chosen or one.sequence in self.special]
