"""An aggregate as it stood after one of its events: what read models that need more than the event are made from.

The state comes from the same folds that decide; it is carried from event to event and, where it is not at hand, made
again from the aggregate's own events. So a read model never computes on its own what a case is.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from shared.case.state import Case, report_of
from shared.clocks.catalogue import Measurement, measured, stand_still
from shared.clocks.clock import Clock
from shared.events.envelope import Recorded
from shared.masters.aggregates import AGGREGATES, revises, states_of
from shared.projections.reference import Reference


class ClockLine(Struct, frozen=True):
    """A clock of a case as read models show it; `is_breached` once that was recorded: it stays
    where the due time was computed anew, whatever the clock says then."""

    clock: Clock
    customer_id: str | None
    is_breached: bool


class Since(Struct, frozen=True):
    """The event since which something is so: its version, its position, and when it was recorded."""

    version: int
    sequence: int
    recorded_at: datetime


Clocks = tuple[tuple[ClockLine, Since], ...]


class Standing(Struct, frozen=True):
    """An aggregate after the event at `sequence`. `clocks`: each with since when it stands like this; `measurement` is
    what they were made of."""

    aggregate_id: str
    state: Any
    version: int
    sequence: int
    recorded_at: datetime
    clocks: Clocks = ()
    measurement: Measurement | None = None
    made: dict[Any, Any] = {}

    def once[View](self, make: Callable[["Standing"], View]) -> View:
        """What a pure function makes of it, made once for all read models that show it."""
        view: View | None = self.made.get(make)
        if view is None:
            view = self.made[make] = make(self)
        return view


class Change(Struct, frozen=True):
    """What one event did: the aggregate before it (None: it began with it) and after it."""

    before: Standing | None
    after: Standing


def step(
    before: Standing | None, recorded: Recorded, event: Any, reference: Reference, revised: Any = None
) -> Standing:
    """The aggregate after one more event; `revised` is its state where that event corrects earlier ones.

    Raises: LookupError when events before this one are missing.
    """
    if (before.version if before is not None else 0) != recorded.meta.version - 1:
        raise LookupError(f"version {recorded.meta.version} does not follow what is known of {recorded.subject}")
    aggregate = AGGREGATES[recorded.kind]
    if revised is not None:
        state = revised
    elif revises(recorded):
        raise LookupError(f"{recorded.subject} was not folded anew at version {recorded.meta.version}")
    else:
        state = aggregate.fold(before.state if before is not None else aggregate.initial, event, recorded.meta)
    meta = recorded.meta
    standing = (recorded.aggregate_id, state, meta.version, recorded.sequence, meta.recorded_at)
    if not isinstance(state, Case):
        return Standing(*standing)
    if before is not None and _stand_still(before.state, state):
        return Standing(*standing, before.clocks, before.measurement)
    measurement = measured(state, reference.rulebook, before.measurement if before is not None else None)
    return Standing(*standing, _clocks(state, before, recorded, measurement.clocks), measurement)


def standing_of(events: Sequence[Recorded], reference: Reference) -> Standing | None:
    """The aggregate after these events, its first ones in order. Raises: LookupError, UnknownEventType, ValueError."""
    standing: Standing | None = None
    for recorded, state in zip(events, states_of(events), strict=True):
        standing = step(standing, recorded, None, reference, state)
    return standing


def _clocks(case: Case, before: Standing | None, recorded: Recorded, clocks: Sequence[Clock]) -> Clocks:
    """A case keeps the versions that it began with, so any later reference gives the same clocks."""
    now = Since(recorded.meta.version, recorded.sequence, recorded.meta.recorded_at)
    known = {_key(line.clock): (line, since) for line, since in before.clocks} if before is not None else {}
    is_breached, customer_id = _breached(case, clocks), report_of(case).customer_id
    found: list[tuple[ClockLine, Since]] = []
    for clock in clocks:
        line, earlier = ClockLine(clock, customer_id, is_breached(clock)), known.get(_key(clock))
        found.append(earlier if earlier is not None and earlier[0] == line else (line, now))
    return tuple(found)


def _stand_still(before: Case, after: Case) -> bool:
    """Whether nothing differs that lines are made of."""
    return (
        stand_still(before, after)
        and before.followup.breaches is after.followup.breaches
        and report_of(before).customer_id == report_of(after).customer_id
    )


def _key(clock: Clock) -> tuple[str, str, int]:
    return clock.name, clock.part, clock.cycle


def _breached(case: Case, clocks: Sequence[Clock]) -> Callable[[Clock], bool]:
    """Whether a breach of a clock is on record: at its due time, or at one that was computed anew since then."""
    if not case.followup.breaches:
        return lambda clock: False
    # A breach that names no part means any run of its clock.
    dues = {(one.name, part, one.due_at) for one in clocks for part in ("", one.part)}
    breaches = [(one, (one.clock, one.part, one.due_at)) for one in case.followup.breaches]
    exact = {missed for _, missed in breaches}
    moved = {(one.clock, one.part, one.cycle) for one, missed in breaches if missed not in dues}

    def is_breached(clock: Clock) -> bool:
        is_exact = any((clock.name, part, clock.due_at) in exact for part in ("", clock.part))
        return is_exact or _key(clock) in moved

    return is_breached
