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


class _Measured(Struct, frozen=True):
    """A run under certain terms."""

    rules: Rules
    base: TimeBase
    seconds: int
    started_at: datetime
    due_at: datetime
    pauses: tuple[Standstill, ...]


def clocks_of(case: Case, rules: Measure) -> tuple[Clock, ...]:
    """All clocks that have begun in a case, in all its cycles, as far as the rules set a target for them."""
    return clocks_from(inputs_of(case), rules)


def clocks_from(inputs: ClockInputs, rules: Measure) -> tuple[Clock, ...]:
    """The same of what a case left to measure."""
    by_cycle: dict[int, list[Terms]] = {}
    for one in inputs.terms:
        by_cycle.setdefault(one.cycle, []).append(one)
    found = (_clock_of(run, by_cycle.get(run.cycle, []), inputs.pauses, rules) for run in inputs.runs)
    return tuple(one for one in found if one is not None)


def stand_still(before: Case, after: Case) -> bool:
    """Whether an event changed nothing that clocks are made of, so that they are the same.

    Parts that an event left alone are the same objects.
    """
    return before.timing is after.timing and before.followup.pauses is after.followup.pauses


def _clock_of(run: Run, history: list[Terms], paused: tuple[Pause, ...], rules: Measure) -> Clock | None:
    terms = history[-1] if history else None
    measured = _measured(run, terms, paused, rules) if terms is not None else None
    if terms is None or measured is None:
        return None
    stop, still = run.stop, next((one.since for one in measured.pauses if one.to is None), None)
    return Clock(
        name=run.clock,
        part=run.part,
        cycle=run.cycle,
        urgency=terms.urgency,
        base=measured.base,
        target_seconds=measured.seconds,
        started_at=measured.started_at,
        started_by=run.start.event_id,
        due_at=measured.due_at,
        policy_version=measured.rules.policy_version,
        calendar_version=measured.rules.calendar_version,
        stopped_at=stop.at if stop is not None else None,
        stopped_by=stop.event_id if stop is not None else "",
        stop_recorded_at=stop.recorded_at if stop is not None else None,
        is_withdrawn=run.is_withdrawn,
        pauses=measured.pauses,
        paused_since=still if stop is None else None,
        is_provisional=_is_provisional(run, measured),
        agreed_until=run.agreed_until,
        cause=_cause(run, history, paused, rules) if len(history) > 1 else None,
    )


def _measured(run: Run, terms: Terms, paused: tuple[Pause, ...], measure: Measure) -> _Measured | None:
    """A run by the rules that these terms name; None where they are not known or set no target."""
    rules = measure.of(terms)
    if rules is None:
        return None
    started_at = _start_of(run, rules)
    pauses = _pauses(paused, run) if paused and run.clock in rules.policy.pausable else ()
    if run.due_at is not None:
        seconds = max(0, second_of(run.due_at) - second_of(started_at))
        return _Measured(rules, TimeBase.CD, seconds, started_at, run.due_at, pauses)
    target = target_of(rules.policy, run, terms)
    allowed = seconds_of(target, run.zone) if target is not None else None
    if target is None or allowed is None:
        return None
    due_at = due(target.base, rules.calendar, started_at, allowed, stretches(pauses))
    return _Measured(rules, target.base, allowed, started_at, due_at, pauses)


def _start_of(run: Run, rules: Rules) -> datetime:
    """A date counts from that day's first opening (R-2.1.1-c)."""
    if run.day is None:
        return run.start.at
    opening = rules.calendar.next_open(datetime.combine(run.day, time(), rules.calendar.zone))
    return min(run.start.at, opening)


def _pauses(paused: tuple[Pause, ...], run: Run) -> tuple[Standstill, ...]:
    return tuple(
        Standstill(one.since, one.to, one.reason, one.event_id, one.ended_by)
        for one in paused
        if (one.clock, one.cycle) == (run.clock, run.cycle)
        and (one.to is None or one.to > run.start.at)
        and (run.stop is None or one.since < run.stop.at)
    )


def _is_provisional(run: Run, measured: _Measured) -> bool:
    """Whether a due time rests on unconfirmed days; that of an appointment was moved to a business day."""
    if measured.base is not TimeBase.BH and run.due_at is None:
        return False
    return measured.rules.calendar.is_provisional(measured.started_at, measured.due_at)


def _cause(run: Run, history: list[Terms], paused: tuple[Pause, ...], rules: Measure) -> Cause | None:
    """The last change of what counts that made a run late which was in time until then; None where it was its own."""
    later = _measured(run, history[-1], paused, rules)
    for before, after in zip(reversed(history[:-1]), reversed(history), strict=False):
        changed_at = after.since.at
        end = min(changed_at, run.stop.at) if run.stop is not None else changed_at
        if later is None or end < later.started_at or not is_late(end, later.due_at):
            return None
        earlier = _measured(run, before, paused, rules)
        if earlier is None or not is_late(end, earlier.due_at):
            return _CAUSES.get(after.cause)
        later = earlier
    return None
