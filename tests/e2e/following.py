"""What must follow an event of a case by itself, seen in the log."""

from collections.abc import Awaitable, Callable

from shared.case.state import Case
from shared.clocks.callbacks import is_dissatisfied, unmade, unscheduled
from shared.events.vocabulary import CaseState

Look = Callable[[str], Awaitable[Case]]
"""A case by its id, as the log tells it now."""


async def has_followed(event: str, case_id: str, look: Look) -> bool:
    """Whether the reactors have done what this newest event of a case asks of them."""
    case = await look(case_id)
    match event:
        case "ServiceVerified" | "UnsignedDecided":
            return case.dispatch.verification is None or not unscheduled(case)
        case "Archived" | "CallbackDone" | "CallbackUnreachable":
            is_over = not (unscheduled(case) or unmade(case) or is_dissatisfied(case))
            return case.state is not CaseState.ARCHIVED or not is_over
        case "CaseMarkedDuplicate":
            return await _stands_in(case.intake.master_case_id, case_id, look)
        case "DuplicateUnmarked":
            return not await _stands_in(case.intake.released_from, case_id, look)
        case "OnsiteRejected":
            refused = sum(one.is_refused and one.cycle == case.cycle for one in case.dispatch.requests)
            return refused < 2 or any(one.cycle == case.cycle for one in case.followup.escalations)
    return True


async def _stands_in(master: str | None, case_id: str, look: Look) -> bool:
    assert master is not None
    return any(one.case_id == case_id for one in (await look(master)).intake.absorbed)
