"""The rules of follow-up. Pure: what time brings about is recorded once, at its true due time."""

from shared.case.state import Case
from shared.clocks.catalogue import clocks_of
from shared.clocks.clock import Clock, Status
from shared.events.case.followup import SlaBreached
from shared.rules.measuring import rulebook
from shared.store.order import AlreadyTrue, Fault, Known, Order, Refused


def flag_breach(order: Order, case: Case, known: Known) -> SlaBreached:
    """A clock of this case is past its due time; recorded once per run and due time."""
    draft: SlaBreached = order.draft
    if any((one.clock, one.part, one.due_at) == _named(draft) for one in case.followup.breaches):
        raise AlreadyTrue("SlaBreached")
    clocks = _clocks(draft, case, known)
    if not clocks:
        raise Refused(Fault("S-GUARD", "clock_not_running", "clock", {"clock": draft.clock.value}))
    if all(clock.status(order.now) is not Status.BREACHED for clock in clocks):
        raise Refused(Fault("S-GUARD", "not_overdue", "clock", {"clock": draft.clock.value}))
    return draft


def _named(draft: SlaBreached) -> tuple[object, ...]:
    return draft.clock, draft.part, draft.due_at


def _clocks(draft: SlaBreached, case: Case, known: Known) -> list[Clock]:
    """The runs that are meant: those of the clock that are due then, by the version that the case is measured by."""
    book = rulebook(known)
    if draft.policy_version not in book.policies:
        raise Refused(Fault("V-REF", "policy_version_unknown", "policy_version", {"name": draft.policy_version}))
    clocks = [one for one in clocks_of(case, book) if (one.name, one.part, one.due_at) == _named(draft)]
    # Measured anew since it was asked for: what is asked for then names the other version.
    return [one for one in clocks if one.policy_version == draft.policy_version]
