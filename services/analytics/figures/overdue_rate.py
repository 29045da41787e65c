"""M-07: how many of the clocks that were due in the period were missed, clock by clock."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from services.analytics.figures.contribution import ClockUse, ratio


class OverdueRate(Struct, frozen=True):
    """One clock. `n` were due, `breached` of them missed their time, `open` of these still run."""

    clock: str
    n: int
    breached: int
    open: int
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
    missed = [one for one in uses if (one.stopped_at or cut_off) > one.due_at]
    still = sum(one.stopped_at is None for one in missed)
    rate = ratio(len(missed), len(uses))
    return OverdueRate(clock, len(uses), len(missed), still, rate, _cases(uses), _cases(missed))


def _cases(uses: Iterable[ClockUse]) -> list[str]:
    return sorted({one.case_id for one in uses})
