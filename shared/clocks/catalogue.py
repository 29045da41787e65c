"""The clocks of a case: each run that its events tell of, measured by a policy and a calendar. Pure.

The same function makes the clocks of live read models, of the past as it was known, and of what would have been.
"""

from datetime import datetime, time
from typing import Protocol

from msgspec import Struct

from shared.case.facts.followup import Pause
from shared.case.facts.timing import Run, Terms
from shared.case.state import Case
from shared.clocks.bases import due
from shared.clocks.clock import Cause, Clock, Standstill, is_late, stretches
from shared.clocks.inputs import ClockInputs, inputs_of
from shared.clocks.local_time import second_of
from shared.clocks.rules import Rules
from shared.clocks.targets import seconds_of, target_of
from shared.events.vocabulary import TimeBase

_CAUSES = {
    "InfoSupplemented": Cause.RECLASSIFIED,
    "Classified": Cause.RECLASSIFIED,
    "Reclassified": Cause.RECLASSIFIED,
    "PolicyRebased": Cause.REBASED,
}


class Measure(Protocol):
    """Whatever knows the rules that terms name: `Rules` for one version of both, `Rulebook` for each case its own."""

    def of(self, terms: Terms) -> Rules | None:
        """The rules of these terms, None when they are not known."""


class _Run(Struct, frozen=True):
    """A run under certain terms."""

    rules: Rules
    base: TimeBase
    seconds: int
    started_at: datetime
    due_at: datetime
    pauses: tuple[Standstill, ...]


class Measurement(Struct, frozen=True):
    """The clocks of a case, and what they were made of: whatever is still the same object needs no new look."""

    rules: Measure
    terms: tuple[Terms, ...]
    paused: tuple[Pause, ...]
    by_run: tuple[tuple[Run, Clock | None], ...]

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """All that have a target."""
        return tuple(clock for _, clock in self.by_run if clock is not None)


def measured(case: Case, rules: Measure, before: Measurement | None = None) -> Measurement:
    """The clocks of a case; those of runs that `before` knows are taken from there where nothing else has changed."""
    return _measurement(inputs_of(case), rules, before)


def _measurement(inputs: ClockInputs, rules: Measure, before: Measurement | None = None) -> Measurement:
    terms, paused = inputs.terms, inputs.pauses
    is_alike = before is not None and before.rules is rules and before.terms is terms and before.paused is paused
    known = {id(run): clock for run, clock in before.by_run} if before is not None and is_alike else {}
    by_cycle: dict[int, list[Terms]] = {}
    for one in inputs.terms:
        by_cycle.setdefault(one.cycle, []).append(one)
    by_run = tuple(
        (run, known[id(run)] if id(run) in known else _clock_of(run, by_cycle.get(run.cycle, []), paused, rules))
        for run in inputs.runs
    )
    return Measurement(rules, terms, paused, by_run)


def clocks_of(case: Case, rules: Measure) -> tuple[Clock, ...]:
    """All clocks that have begun in a case, in all its cycles, as far as the rules set a target for them."""
    return measured(case, rules).clocks


def clocks_from(inputs: ClockInputs, rules: Measure) -> tuple[Clock, ...]:
    """The same of what is kept of a case for its clocks."""
    return _measurement(inputs, rules).clocks


def stand_still(before: Case, after: Case) -> bool:
    """Whether an event changed nothing that clocks are made of, so that they are the same.

    Parts that an event left alone are the same objects.
    """
    return before.timing is after.timing and before.followup.pauses is after.followup.pauses


def _clock_of(run: Run, history: list[Terms], paused: tuple[Pause, ...], rules: Measure) -> Clock | None:
    terms = history[-1] if history else None
    by_terms = _run_by(run, terms, paused, rules) if terms is not None else None
    if terms is None or by_terms is None:
        return None
    stop, still = run.stop, next((one.since for one in by_terms.pauses if one.to is None), None)
    return Clock(
        name=run.clock,
        part=run.part,
        cycle=run.cycle,
        urgency=terms.urgency,
        base=by_terms.base,
        target_seconds=by_terms.seconds,
        started_at=by_terms.started_at,
        started_by=run.start.event_id,
        due_at=by_terms.due_at,
        policy_version=by_terms.rules.policy_version,
        calendar_version=by_terms.rules.calendar_version,
        stopped_at=stop.at if stop is not None else None,
        stopped_by=stop.event_id if stop is not None else "",
        stop_recorded_at=stop.recorded_at if stop is not None else None,
        is_withdrawn=run.is_withdrawn,
        pauses=by_terms.pauses,
        paused_since=still if stop is None else None,
        is_provisional=_is_provisional(run, by_terms),
        agreed_until=run.agreed_until,
        cause=_cause(run, history, paused, rules) if len(history) > 1 else None,
    )


def _run_by(run: Run, terms: Terms, paused: tuple[Pause, ...], measure: Measure) -> _Run | None:
    """A run by the rules that these terms name; None where they are not known or set no target."""
    rules = measure.of(terms)
    if rules is None:
        return None
    started_at = _start_of(run, rules)
    pauses = _pauses(paused, run) if paused and run.clock in rules.policy.pausable else ()
    if run.due_at is not None:
        seconds = max(0, second_of(run.due_at) - second_of(started_at))
        return _Run(rules, TimeBase.CD, seconds, started_at, run.due_at, pauses)
    target = target_of(rules.policy, run, terms)
    allowed = seconds_of(target, run.zone) if target is not None else None
    if target is None or allowed is None:
        return None
    due_at = due(target.base, rules.calendar, started_at, allowed, stretches(pauses))
    return _Run(rules, target.base, allowed, started_at, due_at, pauses)


def _start_of(run: Run, rules: Rules) -> datetime:
    """A date counts from that day's first opening (R-2.1.1-c)."""
    if run.day is None:
        return run.start.at
    opening = rules.calendar.next_open(datetime.combine(run.day, time(), rules.calendar.zone))
    return min(run.start.at, opening)


def _pauses(paused: tuple[Pause, ...], run: Run) -> tuple[Standstill, ...]:
    """The pauses in a run; one that was never ended is over with the run."""
    stop = run.stop
    return tuple(
        Standstill(one.since, stop.at, one.reason, one.event_id, stop.event_id)
        if one.to is None and stop is not None
        else Standstill(one.since, one.to, one.reason, one.event_id, one.ended_by)
        for one in paused
        if (one.clock, one.cycle) == (run.clock, run.cycle)
        and (one.to is None or one.to > run.start.at)
        and (stop is None or one.since < stop.at)
    )


def _is_provisional(run: Run, by_terms: _Run) -> bool:
    """Whether a due time rests on unconfirmed days. That of an appointment was moved to a business day, and stays in
    doubt where it is none by the calendar that counts now."""
    if by_terms.base is not TimeBase.BH and run.due_at is None:
        return False
    calendar, due_at = by_terms.rules.calendar, by_terms.due_at
    is_off = run.due_at is not None and not calendar.is_working_day(due_at.astimezone(calendar.zone).date())
    return is_off or calendar.is_provisional(by_terms.started_at, due_at)


def _cause(run: Run, history: list[Terms], paused: tuple[Pause, ...], rules: Measure) -> Cause | None:
    """The last change of what counts that made a run late which was in time until then; None where it was its own."""
    later = _run_by(run, history[-1], paused, rules)
    for before, after in zip(reversed(history[:-1]), reversed(history), strict=False):
        changed_at = after.since.at
        end = min(changed_at, run.stop.at) if run.stop is not None else changed_at
        if later is None or end < later.started_at or not is_late(end, later.due_at):
            return None
        earlier = _run_by(run, before, paused, rules)
        if earlier is None or not is_late(end, earlier.due_at):
            return _CAUSES.get(after.cause)
        later = earlier
    return None
