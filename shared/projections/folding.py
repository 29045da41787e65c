"""From a batch of events to the rows they make. Pure but for the memory of each aggregate's newest row.

What an aggregate's events cannot be made of is parked with all its successors; other aggregates flow on.
"""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from shared.events.catalogue import EVENTS, UnknownEventType, decode
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.recent import Recent
from shared.projections.reference import Reference, is_rule, learn
from shared.projections.standing import Change, Standing, step

STANDINGS = 8_000
"""Aggregates remembered for each build; more than a batch of the log can touch."""


class Parked(Struct, frozen=True):
    """An event that is not in the rows, and why."""

    sequence: int
    subject: str
    version: int
    type: str
    error: str


class Folded(Struct):
    """What a stretch of the log makes of one read model: rows by aggregate, parked events, the last position."""

    first: int
    last: int
    last_recorded: Recorded | None = None
    rows: dict[str, dict[Any, Any]] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)
    pause: str | None = None
    row_count: int = 0

    def park(self, subject: str, events: Iterable[Recorded], error: str) -> None:
        """Take an aggregate out of this stretch, with the events that it has in it."""
        self.row_count -= len(self.rows.pop(subject, ()))
        known = {one.sequence for one in self.parked}
        self.parked += [parked(recorded, error) for recorded in events if recorded.sequence not in known]

    def all_rows(self) -> Iterable[Any]:
        """Every row to be written."""
        return (row for rows in self.rows.values() for row in rows.values())


class Reader:
    """A batch of the log in which every event is decoded and folded at most once, for however many projections."""

    def __init__(self, batch: Sequence[Recorded]) -> None:
        self.batch = batch
        self._events: dict[int, Any] = {}
        self._changes: dict[int, Change] = {}

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
            after = step(before, recorded, self.event(recorded), reference)
            change = self._changes[recorded.sequence] = Change(before, after)
        return change

    def narrowed(self, batch: Sequence[Recorded]) -> "Reader":
        """A part of the batch, sharing what was decoded."""
        reader = Reader(batch)
        reader._events, reader._changes = self._events, self._changes
        return reader


class Folder:
    """Folds for one build. `current` is the newest row of each aggregate that was met (None stands for no row), and
    `standings` are the aggregates themselves, as far as they were met lately."""

    def __init__(self, projection: Projection, reference: Reference, parked_subjects: Iterable[str] = ()) -> None:
        self.projection = projection
        self.reference = reference
        self.parked_subjects = set(parked_subjects)
        self.current: dict[str, Any] = {}
        self.standings = Recent[Standing](STANDINGS)

    def readable(self, batch: Iterable[Recorded]) -> list[Recorded]:
        """The events of a batch that will be applied, as far as their type is known."""
        parked_subjects = self.parked_subjects
        return [
            one for one in batch if self.wants(one) and one.subject not in parked_subjects and one.meta.type in EVENTS
        ]

    def unmet(self, batch: Iterable[Recorded]) -> list[str]:
        """The aggregates of a batch whose newest row must be looked up first."""
        if not self.projection.carries:
            return []
        met = self.current
        subjects = {one.subject for one in batch if one.subject not in met and self.wants(one)}
        return sorted(subjects - self.parked_subjects)

    def unknown(self, batch: Iterable[Recorded]) -> dict[str, int]:
        """The aggregates of a batch that must be folded first, with the version that they must have then."""
        if not self.projection.folds:
            return {}
        first: dict[str, int] = {}
        for one in batch:
            if self.projection.concerns(one) and one.subject not in self.parked_subjects:
                first.setdefault(one.subject, one.meta.version - 1)
        return {subject: version for subject, version in first.items() if version and not self._has(subject, version)}

    def _has(self, subject: str, version: int) -> bool:
        standing = self.standings.get(subject)
        return standing is not None and standing.version == version

    def forget(self, limit: int) -> None:
        """Drop the memory when it holds more than `limit` aggregates."""
        if len(self.current) > limit:
            self.current.clear()

    def park(self, subject: str) -> None:
        """From now on this aggregate's events are parked."""
        self.parked_subjects.add(subject)
        self.current.pop(subject, None)
        self.standings.drop(subject)

    def fold(
        self, reader: Reader, opened: Mapping[int, dict[str, Any]], into: Folded, *, only: str | None = None
    ) -> Folded:
        """Take a batch into a stretch that ended right before it; stops at a type this release does not know.

        `only`: make rows of this aggregate alone; other events are there for the rules they publish.
        """
        kinds = self.projection.kinds
        for recorded in reader.batch:
            if (not kinds or recorded.kind in kinds) and (only is None or recorded.subject == only):
                if self._is_unknown(recorded):
                    into.pause = f"{recorded.meta.type} at {recorded.sequence} is not known to this release"
                    break
                self._take(reader, recorded, opened, into)
            if is_rule(recorded) and not self._learn(recorded, into):
                break
            into.last, into.last_recorded = recorded.sequence, recorded
        return into

    def _is_unknown(self, recorded: Recorded) -> bool:
        """Readers ship before writers: a type of the future is not skipped, and a read model that copies needs none."""
        return not self.projection.verbatim and recorded.meta.type not in EVENTS

    def _learn(self, recorded: Recorded, into: Folded) -> bool:
        try:
            self.reference = learn(self.reference, recorded)
        except (UnknownEventType, ValueError):
            into.pause = f"the rules of {recorded.meta.type} at {recorded.sequence} cannot be read by this release"
            return False
        return True

    def _take(self, reader: Reader, recorded: Recorded, opened: Mapping[int, dict[str, Any]], into: Folded) -> None:
        subject = recorded.subject
        if subject in self.parked_subjects:
            into.parked.append(parked(recorded, "follows a parked event"))
            return
        try:
            rows = self._apply(reader, recorded, opened)
        except Exception as fault:
            self.park(subject)
            into.parked.append(parked(recorded, told(fault)))
            return
        if not rows:
            return
        kept = into.rows.setdefault(subject, {})
        before = len(kept)
        for row in rows:
            kept[self.projection.key_of(row)] = row
        into.row_count += len(kept) - before
        if self.projection.carries:
            self.current[subject] = rows[-1]

    def _apply(self, reader: Reader, recorded: Recorded, opened: Mapping[int, dict[str, Any]]) -> Sequence[Any]:
        projection = self.projection
        known = self._known(reader, recorded)
        if projection.handles and recorded.meta.type not in projection.handles:
            return ()
        if projection.verbatim:
            event: Any = None
        elif projection.opens:
            event = opened[recorded.sequence]
        else:
            event = reader.event(recorded)
        return projection.apply(known, recorded, event, self.reference)

    def _known(self, reader: Reader, recorded: Recorded) -> Any:
        if not self.projection.folds:
            return self.current.get(recorded.subject)
        before = self.standings.get(recorded.subject) if recorded.meta.version > 1 else None
        change = reader.change(before, recorded, self.reference)
        self.standings.put(recorded.subject, change.after)
        return change

    def wants(self, recorded: Recorded) -> bool:
        """Whether an event may make rows."""
        projection = self.projection
        return projection.concerns(recorded) and (not projection.handles or recorded.meta.type in projection.handles)


def parked(recorded: Recorded, error: str) -> Parked:
    """The note of an event that is not in the rows."""
    return Parked(recorded.sequence, recorded.subject, recorded.meta.version, recorded.meta.type, error)


def told(fault: BaseException) -> str:
    """Which fault, and where in our code: never its message, which may hold a customer's words."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    state = getattr(fault, "sqlstate", None)
    return f"{type(fault).__name__}{f' {state}' if state else ''}{place}"
