"""M-08: how satisfied customers are, by dimension, and how many answered."""

from collections.abc import Sequence

from msgspec import Struct

from services.analytics.figures.contribution import Contribution, ratio

DIMENSIONS = ("process", "result", "attitude", "timeliness", "final_score")
"""The scores of the evaluation, and that of the last call-back."""
TOP = 4


class Satisfaction(Struct, frozen=True):
    """One dimension: mean score from 1 to 5, share of 4 and 5, and (mean - 1) / 4 x 100. `unhappy` of the
    `cases` gave 1 or 2."""

    dimension: str
    n: int
    mean: float | None
    top2: float | None
    points: float | None
    cases: list[str]
    unhappy: list[str]


class SatisfactionByDimension(Struct, frozen=True):
    """Every dimension; `asked` customers were handed a report, `evaluated` of them rated it. Nobody is imputed."""

    asked: int
    evaluated: int
    response_rate: float | None
    dimensions: list[Satisfaction]


def satisfaction(contributions: Sequence[Contribution]) -> SatisfactionByDimension:
    """Over the cases received in the period."""
    asked = sum(one.asked_at is not None for one in contributions)
    evaluated = sum(one.process is not None for one in contributions)
    dimensions = [_dimension(name, contributions) for name in DIMENSIONS]
    return SatisfactionByDimension(asked, evaluated, ratio(evaluated, asked), dimensions)


def _dimension(name: str, contributions: Sequence[Contribution]) -> Satisfaction:
    scores = [(value, one.case_id) for one in contributions if (value := getattr(one, name)) is not None]
    if not scores:
        return Satisfaction(name, 0, None, None, None, [], [])
    mean = sum(value for value, _ in scores) / len(scores)
    top2 = ratio(sum(value >= TOP for value, _ in scores), len(scores))
    unhappy = sorted(case_id for value, case_id in scores if value <= 2)
    cases = sorted(case_id for _, case_id in scores)
    return Satisfaction(name, len(scores), mean, top2, (mean - 1) / 4 * 100, cases, unhappy)
