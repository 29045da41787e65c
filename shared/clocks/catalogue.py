"""Every clock as a row of data: what starts it and what stops it. Targets come from the policy, not from here."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from shared.case.state import Case, report_of, urgency_of
from shared.clocks.clock import Clock, due, response_start, target_of
from shared.events.policy import SlaContent
from shared.events.vocabulary import ClockName


class ClockRow(Struct, frozen=True):
    """A clock: `start` and `stop` read the case; None means not yet."""

    name: ClockName
    start: Callable[[Case], datetime | None]
    stop: Callable[[Case], datetime | None]


CATALOGUE: tuple[ClockRow, ...] = (
    ClockRow(
        ClockName.FIRST_RESPONSE,
        lambda case: response_start(report_of(case)),
        lambda case: case.intake.acknowledged_at,
    ),
)


def clocks_of(case: Case, content: SlaContent, policy_version: int) -> tuple[Clock, ...]:
    """All clocks that have begun in a case, under one version of the policy."""
    found: list[Clock] = []
    for row in CATALOGUE:
        start, target = row.start(case), target_of(content, row.name, urgency_of(case))
        if start is not None and target is not None:
            found.append(Clock(row.name, start, due(start, target), policy_version, row.stop(case)))
    return tuple(found)
