"""How each clock of a case ended under the rules it had, and how it would have under a draft. Pure."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from shared.clocks.catalogue import clocks_from
from shared.clocks.clock import Clock, Status
from shared.clocks.drafted import Drafted, rearranged
from shared.clocks.inputs import ClockInputs
from shared.events.vocabulary import ClockName, Urgency


class Outcome(Struct, frozen=True):
    """One clock before and after; a status is None where the rules set no target. Provisional: the due time is."""

    clock: ClockName
    urgency: Urgency
    before: Status | None
    after: Status | None
    is_provisional_before: bool
    is_provisional_after: bool


def outcomes(inputs: ClockInputs, draft: Drafted, at: datetime) -> Iterator[Outcome]:
    """Every clock of a case as it stands at an instant, in the order they began. Raises: calendar.NeverOpen."""
    was = {_run(one): one for one in clocks_from(inputs, draft.book)}
    would_be = {_run(one): one for one in clocks_from(rearranged(inputs, draft), draft)}
    for run in was | would_be:
        before, after = was.get(run), would_be.get(run)
        either = before or after
        if either is not None:
            yield Outcome(
                either.name,
                either.urgency,
                before.status(at) if before is not None else None,
                after.status(at) if after is not None else None,
                before is not None and before.is_provisional,
                after is not None and after.is_provisional,
            )


def _run(clock: Clock) -> tuple[ClockName, str, int]:
    return clock.name, clock.part, clock.cycle
