"""The rules of escalation. Pure: raised once for each reason, taken up by somebody who was told (B-19)."""

from collections.abc import Iterator

from shared.case.facts.followup import Escalation
from shared.case.state import Case
from shared.events.case.clocks import Escalated, EscalationAcknowledged
from shared.rules.acting import refuse
from shared.rules.fields import filled, listed_once
from shared.store.order import AlreadyTrue, Fault, Known, Order


def check_escalation(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Somebody is told, each once. Raises: AlreadyTrue when this level was reached for this reason in this cycle."""
    draft: Escalated = order.draft
    reached = {(one.clock, one.level, one.trigger, one.cycle) for one in case.followup.escalations}
    if (draft.clock, draft.level, draft.trigger, case.cycle) in reached:
        raise AlreadyTrue("Escalated")
    yield from filled(draft, "to")
    yield from listed_once(draft.to, "to[{}]")


def escalate(order: Order, case: Case, known: Known) -> Escalated:
    """A clock of the case is raised to a level."""
    draft: Escalated = order.draft
    return draft


def may_take_up(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Who was told, by name or by role."""
    meant = _meant(order.draft, case)
    told = {name for one in meant for name in one.to}
    if meant and not told & {order.actor.user, order.actor.role.value}:
        yield Fault("A-ROLE", "not_told", values={"allowed": ", ".join(sorted(told))})


def take_up(order: Order, case: Case, known: Known) -> EscalationAcknowledged:
    """Somebody who was told takes it up, once."""
    draft: EscalationAcknowledged = order.draft
    refuse(_waiting(draft, case))
    return draft


def _waiting(draft: EscalationAcknowledged, case: Case) -> Iterator[Fault]:
    if not any(one.acknowledged_at is None for one in _meant(draft, case)):
        yield Fault("S-GUARD", "no_open_escalation", "clock", {"name": draft.clock.value})


def _meant(draft: EscalationAcknowledged, case: Case) -> list[Escalation]:
    return [one for one in case.followup.escalations if (one.clock, one.level) == (draft.clock, draft.level)]
