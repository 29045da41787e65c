"""The rules of the clock of an improvement. Pure: its breach once, each level once, taken up by whoever was told
(B-19)."""

from collections.abc import Iterator

from services.analytics.decide_improvement import in_turn
from shared.case.facts.followup import Escalation
from shared.clocks.clock import Status
from shared.clocks.escalation import Coming
from shared.clocks.improvement import clock_of, coming, is_flagged, raised_of, rules_of
from shared.events.case.clocks import Escalated, EscalationAcknowledged
from shared.events.case.followup import SlaBreached
from shared.masters.improvement import Improvement
from shared.rules.acting import refuse, was_told
from shared.rules.fields import filled, listed_once
from shared.rules.measuring import rulebook
from shared.store.order import AlreadyTrue, Fault, Known, Order


def flag_breach(order: Order, improvement: Improvement, known: Known) -> SlaBreached:
    """The improvement was not closed in time; recorded once in every cycle."""
    draft: SlaBreached = order.draft
    refuse(in_turn(order, improvement))
    refuse(_overdue(order, improvement, known))
    return draft


def _overdue(order: Order, improvement: Improvement, known: Known) -> Iterator[Fault]:
    draft: SlaBreached = order.draft
    clock = clock_of(improvement, rulebook(known))
    named = (draft.clock, draft.part, draft.due_at, draft.policy_version)
    if clock is None or named != (clock.name, clock.part, clock.due_at, clock.policy_version):
        yield Fault("S-GUARD", "clock_not_running", "clock", {"clock": draft.clock.value})
    elif is_flagged(improvement, clock):
        raise AlreadyTrue("SlaBreached")
    elif clock.status(order.now) is not Status.BREACHED:
        yield Fault("S-GUARD", "not_overdue", "clock", {"clock": draft.clock.value})


def check_escalation(order: Order, improvement: Improvement, known: Known) -> Iterator[Fault]:
    """Somebody is told, each once. Raises: AlreadyTrue when the clock reached this level in this cycle."""
    if _meant(order, improvement):
        raise AlreadyTrue("Escalated")
    yield from filled(order.draft, "to")
    yield from listed_once(order.draft.to, "to[{}]")


def escalate(order: Order, improvement: Improvement, known: Known) -> Escalated:
    """The clock is raised to a level."""
    draft: Escalated = order.draft
    refuse(in_turn(order, improvement))
    refuse(_reached(order, improvement, known))
    return draft


def _reached(order: Order, improvement: Improvement, known: Known) -> Iterator[Fault]:
    draft: Escalated = order.draft
    book = rulebook(known)
    clock, rules = clock_of(improvement, book), rules_of(improvement, book)
    found: list[Coming] = []
    if clock is not None and rules is not None and (draft.clock, draft.part) == (clock.name, clock.part):
        found = [one for one in coming(improvement, clock, rules) if one.at <= order.now]
    if all((one.level, one.trigger) != (draft.level, draft.trigger) for one in found):
        yield Fault("S-GUARD", "level_not_reached", "level", {"name": draft.clock.value})


def may_take_up(order: Order, improvement: Improvement, known: Known) -> Iterator[Fault]:
    """Who was told: by name, by role, or as somebody of a department."""
    yield from was_told(order, _meant(order, improvement))


def take_up(order: Order, improvement: Improvement, known: Known) -> EscalationAcknowledged:
    """Somebody who was told takes it up, once."""
    draft: EscalationAcknowledged = order.draft
    refuse(in_turn(order, improvement))
    refuse(_waiting(order, improvement))
    return draft


def _waiting(order: Order, improvement: Improvement) -> Iterator[Fault]:
    if not any(one.acknowledged_at is None for one in _meant(order, improvement)):
        yield Fault("S-GUARD", "no_open_escalation", "clock", {"name": order.draft.clock.value})


def _meant(order: Order, improvement: Improvement) -> list[Escalation]:
    draft: Escalated | EscalationAcknowledged = order.draft
    return [one for one in raised_of(improvement) if (one.clock, one.level) == (draft.clock, draft.level)]
