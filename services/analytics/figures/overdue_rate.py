"""M-07: how many of the clocks that were due in the period were missed, clock by clock."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from services.analytics.figures.contribution import ClockUse, ratio
from shared.clocks.clock import is_late


class OverdueRate(Struct, frozen=True):
    """One clock. `n` were due, `breached` of them missed their time, `open` of these still run; `by_change` are
    not among them: these are late only because urgency or policy were changed."""

    clock: str
    n: int
    breached: int
    open: int
    by_change: int
    rate: float | None
    cases: list[str]
    missed: list[str]


def overdue_rates(uses: Iterable[ClockUse], cut_off: datetime) -> list[OverdueRate]:
    """By clock, in the order of their names. A clock that is due later than the cut-off is not due yet, and exactly at
    the due time is on time."""
    by_clock: dict[str, list[ClockUse]] = {}
    for one in uses:
        if one.due_at <= cut_off:
            by_clock.setdefault(one.clock, []).append(one)
    return [_rate(clock, by_clock[clock], cut_off) for clock in sorted(by_clock)]


def _rate(clock: str, uses: list[ClockUse], cut_off: datetime) -> OverdueRate:
    late = [one for one in uses if is_late(one.stopped_at or cut_off, one.due_at)]
    missed = [one for one in late if one.cause is None]
    still = sum(one.stopped_at is None for one in missed)
    by_change = len(late) - len(missed)
    n = len(uses) - by_change
    rate = ratio(len(missed), n)
    return OverdueRate(clock, n, len(missed), still, by_change, rate, _cases(uses), _cases(missed))


def _cases(uses: Iterable[ClockUse]) -> list[str]:
    return sorted({one.case_id for one in uses})
