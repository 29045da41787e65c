"""The rules of escalation. Pure: a level is reached once, and taken up by somebody who was told (B-19)."""

from collections.abc import Iterator

from shared.case.facts.followup import Escalation
from shared.case.state import Case
from shared.clocks.catalogue import clocks_of
from shared.clocks.escalation import Coming, coming, cycle_of, raised_of, unheeded
from shared.events.case.clocks import Escalated, EscalationAcknowledged
from shared.rules.acting import refuse, was_told
from shared.rules.fields import filled, listed_once
from shared.rules.measuring import rulebook
from shared.store.order import AlreadyTrue, Fault, Known, Order

_BY_TIME = frozenset({"PERCENT", "NOT_ACKNOWLEDGED"})
"""Reasons that fall away when a clock stops; the others are facts."""


def check_escalation(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Somebody is told, each once. Raises: AlreadyTrue when the clock reached this level in this cycle."""
    draft: Escalated = order.draft
    if draft.clock is not None and any(one.level == draft.level for one in _raised(draft, case)):
        raise AlreadyTrue("Escalated")
    yield from filled(draft, "to")
    yield from listed_once(draft.to, "to[{}]")


def _raised(draft: Escalated, case: Case) -> list[Escalation]:
    part = draft.part or ""
    return raised_of(case, draft.clock, part, cycle_of(case, draft.clock, part))


def escalate(order: Order, case: Case, known: Known) -> Escalated:
    """A clock of the case is raised to a level."""
    draft: Escalated = order.draft
    if draft.trigger in _BY_TIME and not any(
        (one.level, one.trigger) == (draft.level, draft.trigger) and one.at <= order.now
        for one in _to_come(draft, case, known)
    ):
        refuse([Fault("S-GUARD", "level_not_reached", "level", {"name": draft.clock.value})])
    return draft


def _to_come(draft: Escalated, case: Case, known: Known) -> Iterator[Coming]:
    """What time brings about for the clock that is meant; a level that a refusal led to has no clock that runs."""
    book = rulebook(known)
    run = (draft.clock, draft.part, cycle_of(case, draft.clock, draft.part))
    rules = next((book.of(one) for one in reversed(case.timing.terms) if one.cycle == run[-1]), None)
    if rules is None:
        return
    clocks = [one for one in clocks_of(case, book) if (one.name, one.part, one.cycle) == run]
    for clock in clocks:
        yield from coming(case, clock, rules)
    if not clocks:
        yield from unheeded(case, _raised(draft, case), rules.policy.escalation)


def may_take_up(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Who was told: by name, by role, or as somebody of a department."""
    yield from was_told(order, _meant(order.draft, case))


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
