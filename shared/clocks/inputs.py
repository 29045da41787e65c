"""All that clocks are made of, apart from the rest of a case: small enough to be kept for every case. Pure."""

from msgspec import Struct

from shared.case.facts.followup import Pause
from shared.case.facts.timing import Run, Terms
from shared.case.state import Case


class ClockInputs(Struct, frozen=True):
    """The stretches to be measured, what they were measured by when, and when clocks stood still.

    Nothing of a policy or a calendar is in it but their versions, so it can be measured by any others.
    """

    runs: tuple[Run, ...] = ()
    terms: tuple[Terms, ...] = ()
    pauses: tuple[Pause, ...] = ()


def inputs_of(case: Case) -> ClockInputs:
    """What the clocks of a case are made of."""
    return ClockInputs(case.timing.runs, case.timing.terms, case.followup.pauses)
