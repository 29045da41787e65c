"""The ways of a case that leave the two usual ones: what comes in after a step, in its place, or at its end.

Each case takes one of them at most; its name is a turn of the tale.
"""

from collections.abc import Iterable, Iterator

from services.command_line.sample_month.detour import Detour
from services.command_line.sample_month.detours_from_afar import DETOURS_FROM_AFAR
from services.command_line.sample_month.detours_on_site import DETOURS_ON_SITE
from services.command_line.sample_month.steps import Step
from services.command_line.sample_month.tale import Tale

DETOURS: dict[str, Detour] = {**DETOURS_FROM_AFAR, **DETOURS_ON_SITE}
"""By the turn that takes them."""
FROM_AFAR = (
    *("reopened_twice", "unmarked", "unreachable", "duplicate", "cancelled_in_error", "complaint", "reopened"),
    *("transferred", "spare_by_post", "training", "paused", "waived", "messaged", "quotation_refused", "kept"),
    *("corrected", "managed", "cancelled", "transferred_away"),
)
ON_SITE = ("aborted", "unsigned", "factory", "rejected_twice", "change", "rescheduled", "withdrawn")
"""In the order in which they are dealt out: first what takes longest."""
NEEDS_EARLIER = frozenset({"duplicate", "unmarked"})
"""What needs another case of the same mould."""


def taken(tale: Tale, usual: Iterable[Step]) -> Iterator[Step]:
    """The usual steps with what this case has otherwise."""
    detour = next((found for turn, found in DETOURS.items() if tale.takes(turn)), Detour())
    for step in usual:
        yield from detour.instead.get(step.name, (step,))
        yield from detour.after.get(step.name, ())
        if step.name == detour.ends:
            return
