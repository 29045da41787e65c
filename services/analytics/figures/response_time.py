"""M-01: how long customers waited for the first response."""

from collections.abc import Iterable

from msgspec import Struct

from services.analytics.figures.contribution import Contribution, percentile

ENOUGH_FOR_P90 = 10


class ResponseTime(Struct, frozen=True):
    """Minutes of natural time. Nothing is counted as 0: without cases the values are None."""

    n: int
    mean: float | None
    median: float | None
    p90: float | None
    not_acknowledged: int
    cases: list[str]


def response_time(contributions: Iterable[Contribution]) -> ResponseTime:
    """Cases that nobody acknowledged have no time; they are shown as a number."""
    answered, waiting = [], 0
    for one in contributions:
        if one.minutes is None:
            waiting += 1
        else:
            answered.append((one.minutes, one.case_id))
    minutes = sorted(value for value, _ in answered)
    if not minutes:
        return ResponseTime(0, None, None, None, waiting, [])
    p90 = percentile(minutes, 0.9) if len(minutes) >= ENOUGH_FOR_P90 else None
    mean = sum(minutes) / len(minutes)
    return ResponseTime(
        len(minutes), mean, percentile(minutes, 0.5), p90, waiting, sorted(case_id for _, case_id in answered)
    )
