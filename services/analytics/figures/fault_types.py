"""M-10: which faults are frequent, as a Pareto chart."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from services.analytics.figures.contribution import Contribution

VITAL = 0.8
"""Bars up to this cumulative share are the vital few."""
SAYS_NOTHING = "XX"
"""The group of codes that say nothing of the fault; their bars stand at the end."""


class Bar(Struct, frozen=True):
    """One bar of a Pareto chart; shares from 0 to 1."""

    code: str
    count: int
    share: float
    cumulative: float
    is_vital: bool
    cases: list[str]


class FaultTypes(Struct, frozen=True):
    """By group (`I-PQ`) and by code (`I-PQ-01`); cases without a code are counted apart."""

    n: int
    without_code: int
    groups: list[Bar]
    codes: list[Bar]


def fault_types(contributions: Iterable[Contribution]) -> FaultTypes:
    """Most frequent first, ties by code, bars that say nothing of the fault last."""
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
    return group_of(code).endswith(f"-{SAYS_NOTHING}")
