"""What the clocks of a case are measured by, as a decision knows it. Pure."""

from collections.abc import Iterable

from shared.clocks.policy import CALENDAR, SERVICE_LEVELS
from shared.clocks.rules import Rulebook, rulebook_of
from shared.store.order import Known, Reference


def levels_and_calendars(draft: object, state: object) -> Iterable[Reference]:
    """Clocks are measured by service levels and calendars."""
    return (Reference("policy", SERVICE_LEVELS, ""), Reference("policy", CALENDAR, ""))


def rulebook(known: Known) -> Rulebook:
    """Every version of both that is known."""
    return rulebook_of(known.get("policy", SERVICE_LEVELS), known.get("policy", CALENDAR))
