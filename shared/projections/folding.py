"""From a batch of events to the rows they make. Pure but for the memory of each aggregate's newest row.

What an aggregate's events cannot be made of is parked with all its successors; other aggregates flow on.
"""

import traceback
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct, field

from shared.events.catalogue import EVENTS, UnknownEventType
from shared.events.envelope import Recorded
from shared.masters.aggregates import revises
from shared.projections.projection import Projection
from shared.projections.reader import Reader
from shared.projections.recent import Recent
from shared.projections.reference import Reference, is_rule, learn
from shared.projections.standing import Change, Standing

FOLLOWS = "follows a parked event"
"""Why an event is parked that nothing is wrong with."""
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
    traces: list[str] = field(default_factory=list)

    def park(self, subject: str, events: Iterable[Recorded], error: str) -> None:
        """Take an aggregate out of this stretch, with the events that it has in it."""
        self.row_count -= len(self.rows.pop(subject, ()))
        known = {one.sequence for one in self.parked}
        self.parked += [parked(recorded, error) for recorded in events if recorded.sequence not in known]

    def stop_before(self, recorded: Recorded, batch: Sequence[Recorded], reason: str) -> None:
        """Go as far as the event before this one of a batch, and no further."""
        self.pause = reason
        if place := batch.index(recorded):
            self.last, self.last_recorded = batch[place - 1].sequence, batch[place - 1]

    def all_rows(self) -> Iterable[Any]:
        """Every row to be written."""
        return (row for rows in self.rows.values() for row in rows.values())


class Newest(Struct, frozen=True):
    """What a batch made of an aggregate of which only the newest row counts, up to its last event there."""

    before: Standing | None
    after: Standing
    recorded: Recorded
    reference: Reference


class Folder:
    """Folds for one build. `current` is the newest row of each aggregate that was met (None stands for no row), and
    `standings` are the aggregates themselves, as far as they were met lately."""

    def __init__(self, projection: Projection, reference: Reference, parked_subjects: Iterable[str] = ()) -> None:
        self.projection = projection
        self.reference = reference
        self.parked_subjects = set(parked_subjects)
        self.current: dict[str, Any] = {}
        self.standings = Recent[Standing](STANDINGS)
        self._newest: dict[str, Newest] = {}
        self._keeps_newest = projection.keeps_newest
        self._key_of = projection.key_of

    def readable(self, events: Iterable[Recorded]) -> list[Recorded]:
        """Those events that are not parked."""
        return [one for one in events if one.subject not in self.parked_subjects]

    def unmet(self, events: Iterable[Recorded]) -> list[str]:
        """The aggregates of events whose newest row must be looked up first; one that begins here has none."""
        if not self.projection.carries:
            return []
        for one in events:
            if one.meta.version == 1:
                self.current.setdefault(one.subject, None)
        met = self.current
        return sorted({one.subject for one in events if one.subject not in met} - self.parked_subjects)

    def unknown(self, events: Iterable[Recorded]) -> dict[str, int]:
        """The aggregates of events that must be folded first, with the version that they must have then."""
        if not self.projection.folds:
            return {}
        first: dict[str, int] = {}
        for one in events:
            if one.subject not in first and one.subject not in self.parked_subjects:
                first[one.subject] = one.meta.version - 1
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

    def fold(self, reader: Reader, into: Folded, *, only: str | None = None) -> Folded:
        """Take a batch into a stretch that ended right before it; stops at a type this release does not know.

        `only`: make rows of this aggregate alone; other events are there for the rules they publish.
        """
        self._fold_all(reader, into, only)
        for newest in self._newest.values():
            self._show(reader, newest, into)
        self._newest.clear()
        return into

    def _fold_all(self, reader: Reader, into: Folded, only: str | None) -> None:
        projection, special = self.projection, reader.special
        for recorded in reader.turns(projection):
            is_special = recorded.sequence in special
            if is_special and (obstacle := self._obstacle(recorded)) is not None:
                into.stop_before(recorded, reader.batch, obstacle)
                return
            if (not is_special or projection.wants(recorded)) and only in (None, recorded.subject):
                self._take(reader, recorded, into)
            if is_special and is_rule(recorded):
                self.reference = learn(self.reference, recorded)
        if reader.batch:
            into.last, into.last_recorded = reader.batch[-1].sequence, reader.batch[-1]

    def _obstacle(self, recorded: Recorded) -> str | None:
        """Why this release cannot go beyond an event. Readers ship before writers: a type of the future is not
        skipped; a read model that copies needs to know none."""
        projection, type = self.projection, recorded.meta.type
        if type not in EVENTS and projection.concerns(recorded) and not projection.verbatim:
            return f"{type} at {recorded.sequence} is not known to this release"
        try:
            if is_rule(recorded):
                learn(self.reference, recorded)
        except (UnknownEventType, ValueError):
            return f"the rules of {type} at {recorded.sequence} cannot be read by this release"
        return None

    def _take(self, reader: Reader, recorded: Recorded, into: Folded) -> None:
        subject = recorded.subject
        if subject in self.parked_subjects:
            into.parked.append(parked(recorded, FOLLOWS))
            return
        try:
            known = self._known(reader, recorded)
            if self._keeps_newest:
                first = self._newest.get(subject)
                before = first.before if first is not None else known.before
                self._newest[subject] = Newest(before, known.after, recorded, self.reference)
                return
            rows = self._apply(reader, known, recorded, self.reference)
        except Exception as fault:
            self.park(subject)
            into.parked.append(parked(recorded, told(fault)))
            return
        if rows:
            self._keep(subject, rows, into)

    def _show(self, reader: Reader, newest: "Newest", into: Folded) -> None:
        """Make the row of an aggregate as this batch leaves it; one that fails is parked with the whole batch."""
        subject = newest.recorded.subject
        try:
            change = Change(newest.before, newest.after)
            rows = self._apply(reader, change, newest.recorded, newest.reference)
        except Exception as fault:
            self.park(subject)
            own = (one for one in reader.turns(self.projection) if one.subject == subject)
            into.parked += [parked(one, told(fault)) for one in own if one.sequence <= newest.recorded.sequence]
            return
        self._keep(subject, rows, into)

    def _keep(self, subject: str, rows: Sequence[Any], into: Folded) -> None:
        kept = into.rows.get(subject)
        if kept is None:
            kept = into.rows[subject] = {}
        before = len(kept)
        for row in rows:
            kept[self._key_of(row)] = row
        into.row_count += len(kept) - before
        if self.projection.carries:
            self.current[subject] = rows[-1]

    def _apply(self, reader: Reader, known: Any, recorded: Recorded, reference: Reference) -> Sequence[Any]:
        projection = self.projection
        if projection.verbatim:
            event: Any = None
        elif projection.opens:
            event = reader.opened[recorded.sequence]
        else:
            event = reader.event(recorded)
        return projection.apply(known, recorded, event, reference)

    def _known(self, reader: Reader, recorded: Recorded) -> Any:
        if not self.projection.folds:
            if self.projection.opens and revises(recorded):
                return reader.corrected[recorded.sequence]
            if self.projection.recounts and revises(recorded):
                return reader.recounted[recorded.sequence]
            return self.current.get(recorded.subject)
        before = self.standings.get(recorded.subject) if recorded.meta.version > 1 else None
        change = reader.change(before, recorded, self.reference)
        self.standings.put(recorded.subject, change.after)
        return change


def parked(recorded: Recorded, error: str) -> Parked:
    """The note of an event that is not in the rows."""
    return Parked(recorded.sequence, recorded.subject, recorded.meta.version, recorded.meta.type, error)


def told(fault: BaseException) -> str:
    """Which fault, and where in our code: never its message, which may hold a customer's words."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    state = getattr(fault, "sqlstate", None)
    return f"{type(fault).__name__}{f' {state}' if state else ''}{place}"
