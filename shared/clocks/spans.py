"""What became of every second of a clock: counted, paused or closed, and by which events. Pure."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.clocks.bases import counted, open_spans
from shared.clocks.clock import Clock
from shared.clocks.rules import Rules
from shared.events.vocabulary import PauseReason


class SpanKind(StrEnum):
    """What a span is: time that counts, time that stands still, or hours in which nobody works."""

    COUNTED = "COUNTED"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"


class Span(Struct, frozen=True):
    """A span of a clock. `seconds` of its base lie in it: counted, or by which a pause moved the due time.

    `begun_by` and `ended_by` are the events around it: those that began and ended the stretch of counting or standing
    still that it lies in; empty: it goes on.
    """

    kind: SpanKind
    since: datetime
    to: datetime
    seconds: int
    begun_by: str
    ended_by: str
    reason: PauseReason | None = None


class Stretch(Struct, frozen=True):
    """From one event to the next: time in which a clock ran, or (`reason`) stood still."""

    since: datetime
    to: datetime
    begun_by: str
    ended_by: str
    reason: PauseReason | None = None


def spans(clock: Clock, at: datetime, rules: Rules) -> tuple[Span, ...]:
    """All spans from the start to the stop, or to an instant while there is none."""
    return tuple(span for stretch in stretches_of(clock, at) for span in _divided(clock, stretch, rules))


def stretches_of(clock: Clock, at: datetime) -> Iterator[Stretch]:
    """The stretches between the events of a clock, in order and without gaps; overlapping pauses count once."""
    end = clock.stopped_at or max(at, clock.started_at)
    since, by = clock.started_at, clock.started_by
    for pause in sorted(clock.pauses, key=lambda one: one.since):
        begins, ends = max(since, pause.since), min(end, pause.to or end)
        if begins >= ends:
            continue
        if since < begins:
            yield Stretch(since, begins, by, pause.begun_by)
        is_over = pause.to is not None and pause.to <= end
        ended_by = pause.ended_by if is_over else clock.stopped_by
        yield Stretch(begins, ends, pause.begun_by, ended_by, pause.reason)
        since, by = ends, ended_by
    if since < end:
        yield Stretch(since, end, by, clock.stopped_by)


def _divided(clock: Clock, stretch: Stretch, rules: Rules) -> Iterator[Span]:
    around = (stretch.begun_by, stretch.ended_by)
    if stretch.reason is not None:
        moved = counted(clock.base, rules.calendar, stretch.since, stretch.to)
        yield Span(SpanKind.PAUSED, stretch.since, stretch.to, moved, *around, stretch.reason)
        return
    since = stretch.since
    for opening, closing in open_spans(clock.base, rules.calendar, stretch.since, stretch.to):
        if since < opening:
            yield Span(SpanKind.CLOSED, since, opening, 0, *around)
        seconds = counted(clock.base, rules.calendar, opening, closing)
        yield Span(SpanKind.COUNTED, opening, closing, seconds, *around)
        since = closing
    if since < stretch.to:
        yield Span(SpanKind.CLOSED, since, stretch.to, 0, *around)
