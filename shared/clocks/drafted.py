"""A draft in the place of published rules: what cases would have been measured by. Pure."""

from msgspec import Struct
from msgspec.structs import replace

from shared.case.facts.timing import Run, Terms
from shared.clocks.calendar import Calendar
from shared.clocks.callbacks import NORM, due_after
from shared.clocks.inputs import ClockInputs
from shared.clocks.rules import Rulebook, Rules
from shared.events.policy import SlaContent
from shared.events.vocabulary import CallbackPoint

DRAFT_POLICY, DRAFT_CALENDAR = 0, "draft"
"""What stands for the version of a draft."""


class Drafted(Struct, frozen=True):
    """A policy, a calendar or both for every case; what is None stays what each case was measured by."""

    book: Rulebook
    policy: SlaContent | None = None
    calendar: Calendar | None = None

    def of(self, terms: Terms) -> Rules | None:
        """The rules of these terms with the draft in place; None when a policy that stays is not known."""
        found = self.book.of(terms)
        if self.policy is not None:
            version, calendar = self.book.calendar(terms.calendar_version)
            found = Rules(self.policy, DRAFT_POLICY, calendar, version)
        if found is None or self.calendar is None:
            return found
        return Rules(found.policy, found.policy_version, self.calendar, DRAFT_CALENDAR)


def rearranged(inputs: ClockInputs, draft: Drafted) -> ClockInputs:
    """The same with each call-back due when the draft would have had it made, if it says other than the case's rules.

    Which call-backs were made at all stays as it was.
    """
    if all(run.due_at is None for run in inputs.runs):
        return inputs
    terms = {one.cycle: one for one in inputs.terms}
    return replace(inputs, runs=tuple(_rearranged(run, terms.get(run.cycle), draft) for run in inputs.runs))


def _rearranged(run: Run, terms: Terms | None, draft: Drafted) -> Run:
    if run.due_at is None or terms is None:
        return run
    before, after = draft.book.of(terms), draft.of(terms)
    if after is None:
        return run
    point = CallbackPoint(run.part.partition("#")[0])
    term = after.policy.callbacks.get(point, NORM[point])
    is_alike = before is not None and before.policy.callbacks.get(point, NORM[point]) == term
    if before is not None and is_alike and before.calendar is after.calendar:
        return run
    return replace(run, due_at=due_after(run.start.at, term, after.calendar))
