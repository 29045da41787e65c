"""The rules of follow-up. Pure: what time brings about is recorded once, at its true due time."""

from collections.abc import Iterable

from shared.case.state import Case, report_of
from shared.clocks.catalogue import clocks_of
from shared.clocks.clock import Clock, Status
from shared.clocks.policy import SERVICE_LEVELS
from shared.events.case.followup import SlaBreached
from shared.events.policy import SlaPolicyPublished
from shared.masters.policy import Policy
from shared.store.order import AlreadyTrue, Fault, Known, Order, Reference, Refused


def service_levels(draft: object, state: object) -> Iterable[Reference]:
    """A breach is judged by the service levels that the case began under."""
    return (Reference("policy", SERVICE_LEVELS, ""),)


def flag_breach(order: Order, case: Case, known: Known) -> SlaBreached:
    """A clock of this case is past its due time; recorded once per clock and due time."""
    draft: SlaBreached = order.draft
    if any((one.clock, one.due_at) == (draft.clock, draft.due_at) for one in case.followup.breaches):
        raise AlreadyTrue("SlaBreached")
    clocks = _clocks(draft, case, known)
    if not clocks:
        raise Refused(Fault("S-GUARD", "clock_not_running", "clock", {"clock": draft.clock.value}))
    if all(clock.status(order.now) is not Status.BREACHED for clock in clocks):
        raise Refused(Fault("S-GUARD", "not_overdue", "clock", {"clock": draft.clock.value}))
    return draft


def _clocks(draft: SlaBreached, case: Case, known: Known) -> list[Clock]:
    """The runs that are meant: those of the clock that are due then."""
    policy: Policy | None = known.get("policy", SERVICE_LEVELS)
    version = policy.version(report_of(case).policy_version) if policy is not None else None
    if not isinstance(version, SlaPolicyPublished) or draft.policy_version != version.version:
        raise Refused(Fault("V-REF", "policy_version_unknown", "policy_version", {"name": draft.policy_version}))
    clocks = clocks_of(case, version.content, version.version)
    return [one for one in clocks if (one.name, one.due_at) == (draft.clock, draft.due_at)]
