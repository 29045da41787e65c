"""What one case says to the figures, and the arithmetic that they share."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct


class Contribution(Struct, frozen=True):
    """What is known of one case of the cohort."""

    case_id: str
    received_at: datetime
    minutes: float | None
    fault_code: str | None
    verified_at: datetime | None
    asked_at: datetime | None
    process: int | None
    result: int | None
    attitude: int | None
    timeliness: int | None
    final_score: int | None


class ClockUse(Struct, frozen=True):
    """A clock that was due in the period: when, and when it was stopped. `cause`: it was late only by a change of what
    it is measured by."""

    case_id: str
    clock: str
    due_at: datetime
    stopped_at: datetime | None
    cause: str | None = None


def percentile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between the two nearest ranks (type 7). `values` are sorted and not empty."""
    place = (len(values) - 1) * share
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def ratio(part: int, whole: int) -> float | None:
    """A share; of nothing there is none: neither 0 nor 1."""
    return part / whole if whole else None
