"""M-04: how many of the cases that came in were solved, with the customer's word for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from services.analytics.figures.contribution import Contribution, ratio

MATURE = timedelta(days=30)


class ResolutionRate(Struct, frozen=True):
    """Shares from 0 to 1, None of no cases. `matured`: only cases that came in 30 days before the cut-off or earlier,
    and of these the ones solved within 30 days. `cases` are the cohort, `unsolved` those of them that wait."""

    n: int
    verified: int
    rate: float | None
    matured_n: int
    matured_verified: int
    matured_rate: float | None
    cases: list[str]
    unsolved: list[str]


def resolution_rate(contributions: Iterable[Contribution], cut_off: datetime) -> ResolutionRate:
    """Of all cases received in the period, those verified until the cut-off."""
    cohort = list(contributions)
    solved = [one for one in cohort if one.verified_at is not None and one.verified_at <= cut_off]
    mature = [one for one in cohort if one.received_at <= cut_off - MATURE]
    in_time = [one for one in mature if one.verified_at is not None and one.verified_at - one.received_at <= MATURE]
    names = {one.case_id for one in solved}
    return ResolutionRate(
        len(cohort),
        len(solved),
        ratio(len(solved), len(cohort)),
        len(mature),
        len(in_time),
        ratio(len(in_time), len(mature)),
        sorted(one.case_id for one in cohort),
        sorted(one.case_id for one in cohort if one.case_id not in names),
    )
