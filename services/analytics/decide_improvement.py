"""The rules of improvements. Pure: found, planned, done, verified by another person, closed (R-2.5.2-c)."""

from collections.abc import Iterator
from datetime import timedelta

from shared.events.improvement import (
    ImprovementActionDone,
    ImprovementClosed,
    ImprovementOpened,
    ImprovementPlanned,
    ImprovementRejected,
    ImprovementReopened,
    ImprovementVerified,
)
from shared.events.vocabulary import Role
from shared.masters.improvement import FLOW, Improvement
from shared.rules.acting import deciders, our_people, refuse
from shared.rules.fields import filled, listed_once
from shared.rules.instants import not_ahead, to_come
from shared.store.order import Fault, Known, Order

LESS_IS_BETTER = frozenset({"M-01", "M-05", "M-06", "M-07", "M-10", "M-11", "M-14", "M-15", "M-18", "M-19", "M-20"})
"""Figures that are to fall: times, rates of what went wrong, costs. The others are to rise."""
FALLEN_BACK_WITHIN = timedelta(days=183)
"""How long after closing a figure that falls back opens the improvement again."""


def in_turn(order: Order, improvement: Improvement) -> Iterator[Fault]:
    """The improvement stands where this may happen."""
    allowed = FLOW[type(order.draft).__name__]
    if improvement.state not in allowed:
        yield Fault("S-STATE", "wrong_state", values={"state": str(improvement.state)})


def may_act(order: Order, improvement: Improvement, known: Known) -> Iterator[Fault]:
    """Of the departments, the one that it concerns."""
    meant = improvement.opened.department if improvement.opened is not None else None
    if order.actor.role is Role.DEPT and order.actor.staff.dept is not meant:
        yield Fault("A-ROLE", "other_departments_improvement")


def check_opening(order: Order, improvement: Improvement, known: Known) -> Iterator[Fault]:
    """Cases that show it, each once."""
    draft: ImprovementOpened = order.draft
    yield from filled(draft, "evidence_cases")
    yield from listed_once(draft.evidence_cases, "evidence_cases[{}]")


def open_improvement(order: Order, improvement: Improvement, known: Known) -> ImprovementOpened:
    """Something is to be made better."""
    draft: ImprovementOpened = order.draft
    return draft


def check_plan(order: Order, improvement: Improvement, known: Known) -> Iterator[Fault]:
    """One of our people, some time ahead, and a target that is better than what is."""
    draft: ImprovementPlanned = order.draft
    yield from to_come(order, "due_at")
    if draft.owner is not None:
        yield from our_people(known, [draft.owner], "owner")
    if None in (draft.baseline, draft.target, draft.target_metric):
        return
    gain = draft.target - draft.baseline
    if (gain >= 0) if draft.target_metric in LESS_IS_BETTER else (gain <= 0):
        yield Fault("V-RANGE", "target_no_better", "target", {"name": f"{draft.baseline:g}"})


def plan_improvement(order: Order, improvement: Improvement, known: Known) -> ImprovementPlanned:
    """What is done, by whom and until when; planned anew while it is under way."""
    draft: ImprovementPlanned = order.draft
    refuse(in_turn(order, improvement))
    return draft


def check_action(order: Order, improvement: Improvement, known: Known) -> Iterator[Fault]:
    """Done by now, with what shows it."""
    yield from filled(order.draft, "evidence")
    yield from not_ahead(order, "done_at")


def complete_action(order: Order, improvement: Improvement, known: Known) -> ImprovementActionDone:
    """The measure was carried out."""
    draft: ImprovementActionDone = order.draft
    refuse(in_turn(order, improvement))
    return draft


def verify_improvement(order: Order, improvement: Improvement, known: Known) -> ImprovementVerified:
    """Looked at by somebody else than its owner."""
    draft: ImprovementVerified = order.draft
    refuse(in_turn(order, improvement))
    refuse(_by_another(order, improvement))
    return draft


def _by_another(order: Order, improvement: Improvement) -> Iterator[Fault]:
    if improvement.plan is not None and improvement.plan.owner in deciders(order):
        yield Fault("A-SELF", "verifies_own_improvement")


def close_improvement(order: Order, improvement: Improvement, known: Known) -> ImprovementClosed:
    """It worked."""
    draft: ImprovementClosed = order.draft
    refuse(in_turn(order, improvement))
    refuse(_worked(improvement))
    return draft


def _worked(improvement: Improvement) -> Iterator[Fault]:
    if not improvement.is_effective:
        yield Fault("S-GUARD", "effect_not_verified")


def reject_improvement(order: Order, improvement: Improvement, known: Known) -> ImprovementRejected:
    """Nothing will be done."""
    draft: ImprovementRejected = order.draft
    refuse(in_turn(order, improvement))
    return draft


def reopen_improvement(order: Order, improvement: Improvement, known: Known) -> ImprovementReopened:
    """The figure fell back within half a year."""
    draft: ImprovementReopened = order.draft
    refuse(in_turn(order, improvement))
    refuse(_in_time(order, improvement))
    return draft


def _in_time(order: Order, improvement: Improvement) -> Iterator[Fault]:
    if improvement.closed_at is not None and order.at > improvement.closed_at + FALLEN_BACK_WITHIN:
        yield Fault("S-GUARD", "closed_too_long_ago", values={"most": FALLEN_BACK_WITHIN.days})
