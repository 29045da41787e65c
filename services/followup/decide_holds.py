"""The rules of a legal hold. Pure: while it stands, nothing of the case is erased or runs out of retention (B-25)."""

from collections.abc import Iterator

from shared.case.state import Case
from shared.events.case.record import HoldLifted, HoldPlaced
from shared.rules.instants import to_come
from shared.store.order import Fault, Known, Order, Refused


def check_hold(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A hold that ends does so later."""
    yield from to_come(order, "until")


def place_hold(order: Order, case: Case, known: Known) -> HoldPlaced:
    """A hold where none stands."""
    if case.followup.is_held:
        raise Refused(Fault("S-GUARD", "held_already"))
    draft: HoldPlaced = order.draft
    return draft


def lift_hold(order: Order, case: Case, known: Known) -> HoldLifted:
    """The hold that stands is over."""
    if not case.followup.is_held:
        raise Refused(Fault("S-GUARD", "not_held"))
    draft: HoldLifted = order.draft
    return draft
