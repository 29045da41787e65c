"""Runs of clocks: begun, ended, fallen away, and divided by each word to the customer. Pure."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from shared.case.clock_table import OWN, WITHOUT_SERVICE, ClockRow, Moment
from shared.case.facts.timing import Mark, Run
from shared.events.envelope import Meta
from shared.events.vocabulary import ClockName

Runs = tuple[Run, ...]


def mark_of(meta: Meta, event: Any, field: str) -> Mark:
    """When an event happened, by a field of its own if it has one."""
    at = getattr(event, field) if field else None
    return Mark(at or meta.occurred_at, meta.event_id, meta.recorded_at)


def begun(runs: Runs, row: ClockRow, event: Any, meta: Meta) -> Runs:
    """A run more, where the event begins one; a clock without parts runs once in a cycle."""
    moment = _meant(row.begins, event, meta)
    if moment is None:
        return runs
    part = _part_of(row, event, meta)
    alike = [run for run in runs if (run.clock, _plain(run.part), run.cycle) == (row.clock, part, meta.cycle)]
    if alike and not row.part:
        return runs
    numbered = f"{part}#{len(alike) + 1}" if alike else part
    return (*runs, Run(row.clock, numbered, meta.cycle, mark_of(meta, event, moment.at)))


def ended(runs: Runs, row: ClockRow, event: Any, meta: Meta) -> Runs:
    """Those that the event stops, or by which they fall away, are over."""
    moment = _meant(row.ends, event, meta)
    if moment is not None:
        named = getattr(event, moment.names) if moment.names else None
        return stopped(runs, row, mark_of(meta, event, moment.at), named)
    if meta.type in WITHOUT_SERVICE or _meant(row.lapses, event, meta) is not None:
        return stopped(runs, row, mark_of(meta, event, ""), is_withdrawn=True)
    return runs


def stopped(runs: Runs, row: ClockRow, stop: Mark, part: str | None = None, *, is_withdrawn: bool = False) -> Runs:
    """The running ones of a row, of this part if one is named, stopped."""
    meant = [run for run in runs if run.stop is None and _is_of(run, row) and part in (None, _plain(run.part))]
    if not meant:
        return runs
    return tuple(replace(run, stop=stop, is_withdrawn=is_withdrawn) if run in meant else run for run in runs)


def with_open(runs: Runs, clock: ClockName, change: Callable[[Run], Run]) -> Runs:
    """The running ones of a clock changed."""
    return tuple(change(run) if run.clock is clock and run.stop is None else run for run in runs)


def contacted(runs: Runs, contact: Mark, cycle: int, *, goes_on: bool) -> Runs:
    """One stretch of PROGRESS ends with a word to the customer and the next begins, also where it was recorded late.

    `goes_on`: the service is not verified, so that more is owed.
    """
    found = [run for run in runs if run.clock is ClockName.PROGRESS and run.cycle == cycle]
    divided = next((run for run in found if _is_within(contact, run)), None)
    if divided is not None:
        earlier = replace(divided, stop=contact, is_withdrawn=False)
        later = replace(divided, start=contact, part=contact.event_id)
        return tuple(one for run in runs for one in ((earlier, later) if run is divided else (run,)))
    earliest = min((run.start for run in found), key=lambda start: start.at, default=None)
    if earliest is not None and contact.at >= earliest.at:
        return runs
    if earliest is None and not goes_on:
        return runs
    first = Run(ClockName.PROGRESS, contact.event_id, cycle, contact, earliest)
    return (*runs, first)


def _is_within(contact: Mark, run: Run) -> bool:
    return run.start.at <= contact.at and (run.stop is None or contact.at < run.stop.at)


def _meant(moments: tuple[Moment, ...], event: Any, meta: Meta) -> Moment | None:
    return next((one for one in moments if one.event == meta.type and one.holds(event)), None)


def _part_of(row: ClockRow, event: Any, meta: Meta) -> str:
    if not row.part:
        return ""
    return (meta.event_id if row.part == OWN else str(getattr(event, row.part))) + row.suffix


def _plain(part: str) -> str:
    """A part without the number of its repetition."""
    return part.partition("#")[0]


def _is_of(run: Run, row: ClockRow) -> bool:
    """Whether a run is one of this row, where a clock has several."""
    return run.clock is row.clock and (":" in run.part) == bool(row.suffix)
