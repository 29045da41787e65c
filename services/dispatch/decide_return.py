"""The rules of a mould that is served at our factory: it comes, and it goes back (B-07). Pure."""

from collections.abc import Iterator

from services.dispatch.decide_preparation import approved_at
from shared.case.state import Case, is_return, mould_at_factory, scope_of, training_of_work, trial_of_work
from shared.events.case.factory import MouldReceivedAtFactory, MouldReturned
from shared.events.vocabulary import CaseState, Scope, TrialResult
from shared.rules.acting import refuse
from shared.rules.fields import filled, listed_once
from shared.rules.instants import not_ahead, not_before
from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Known, Order


def check_receipt(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The mould is shown as it came, after its return was approved."""
    draft: MouldReceivedAtFactory = order.draft
    yield from filled(draft, "photos")
    yield from listed_once(draft.photos, "photos[{}]")
    yield from not_ahead(order, "received_at")
    yield from not_before(draft.received_at, approved_at(case), "received_at", "before_approval")


def receive_mould(order: Order, case: Case, known: Known) -> MouldReceivedAtFactory:
    """The mould that was to come is here; what does not match the packing list is said."""
    draft: MouldReceivedAtFactory = order.draft
    refuse(_to_come(case), _matches(draft))
    return draft


def _to_come(case: Case) -> Iterator[Fault]:
    if not is_return(case):
        yield Fault("S-GUARD", "for_return_only")


def _matches(draft: MouldReceivedAtFactory) -> Iterator[Fault]:
    if not draft.packing_list_ok and draft.damage is None:
        yield Fault("S-GUARD", "say_what_differs", "damage")


def check_shipping(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The mould left after it had come, and arrived after it had left."""
    draft: MouldReturned = order.draft
    receipt = mould_at_factory(case)
    came_at = receipt.received_at if receipt is not None else None
    yield from not_ahead(order, "shipped_at", "received_at")
    yield from not_before(draft.shipped_at, came_at, "shipped_at", "before_receipt", TOLERANCE)
    yield from not_before(draft.received_at, draft.shipped_at, "received_at", "before_shipping")


def return_mould(order: Order, case: Case, known: Known) -> MouldReturned:
    """The mould goes back: proven when its work is done, as it is when the work was given up."""
    draft: MouldReturned = order.draft
    refuse(_is_here(case), _passed(case))
    return draft


def _is_here(case: Case) -> Iterator[Fault]:
    if mould_at_factory(case) is None:
        yield Fault("S-GUARD", "mould_not_here")


def _passed(case: Case) -> Iterator[Fault]:
    trial = trial_of_work(case)
    is_trained = scope_of(case) is Scope.TRAINING and training_of_work(case) is not None
    is_proven = is_trained or (trial is not None and trial.result is TrialResult.PASS)
    if case.state is CaseState.WORK_DONE and not is_proven:
        yield Fault("S-GUARD", "pass_before_return")
