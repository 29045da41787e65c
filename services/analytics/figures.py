"""The definitions of the figures, as pure functions over what each case contributes (M-01, M-10)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

ENOUGH_FOR_P90 = 10
VITAL = 0.8
"""Bars up to this cumulative share are the vital few."""
UNSPECIFIC = "XX"
"""The group of codes that say nothing of the fault; their bars stand at the end."""


class ResponseTime(Struct, frozen=True):
    """M-01 in minutes of natural time. Nothing is counted as 0: without cases the values are None."""

    n: int
    mean: float | None
    median: float | None
    p90: float | None
    not_acknowledged: int
    cases: list[str]


class Bar(Struct, frozen=True):
    """One bar of a Pareto chart; shares from 0 to 1."""

    code: str
    count: int
    share: float
    cumulative: float
    is_vital: bool
    cases: list[str]


class FaultTypes(Struct, frozen=True):
    """M-10 by group (`I-PQ`) and by code (`I-PQ-01`); cases without a code are counted apart."""

    n: int
    without_code: int
    groups: list[Bar]
    codes: list[Bar]


class Contribution(Struct, frozen=True):
    """What one case says to the figures."""

    case_id: str
    minutes: float | None
    fault_code: str | None
    dimensions: tuple[str | None, ...] = ()


def percentile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between the two nearest ranks (type 7). `values` are sorted and not empty."""
    place = (len(values) - 1) * share
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def response_time(contributions: Iterable[Contribution]) -> ResponseTime:
    """M-01. Cases that nobody acknowledged have no time; they are shown as a number."""
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


def fault_types(contributions: Iterable[Contribution]) -> FaultTypes:
    """M-10, most frequent first, ties by code, bars that say nothing of the fault last."""
    coded: list[tuple[str, str]] = []
    without = 0
    for one in contributions:
        if one.fault_code is None:
            without += 1
        else:
            coded.append((one.fault_code, one.case_id))
    return FaultTypes(len(coded), without, _pareto(coded, group_of), _pareto(coded, lambda code: code))


def group_of(code: str) -> str:
    """The first level of a fault code: kind of mould and group."""
    return "-".join(code.split("-")[:2])


def _pareto(coded: Sequence[tuple[str, str]], level: Callable[[str], str]) -> list[Bar]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code, case_id in coded:
        found[level(code)].append(case_id)
    bars, sum_before = [], 0
    for code in sorted(found, key=lambda one: (_says_nothing(one), -len(found[one]), one)):
        count = len(found[code])
        cumulative = (sum_before + count) / len(coded)
        is_vital = sum_before / len(coded) < VITAL and not _says_nothing(code)
        bars.append(Bar(code, count, count / len(coded), cumulative, is_vital, sorted(found[code])))
        sum_before += count
    return bars


def _says_nothing(code: str) -> bool:
    return group_of(code).endswith(f"-{UNSPECIFIC}")
