"""The rules of a training: who learned what, with the list they signed (B-32). Pure."""

from collections.abc import Iterator

from shared.case.state import Case, scope_of
from shared.events.case.training import TrainingRecorded
from shared.events.vocabulary import CaseState, Role, Scope
from shared.rules.acting import our_people, sent
from shared.rules.fields import filled
from shared.rules.instants import ends_after, not_ahead
from shared.store.order import Fault, Known, Order, Refused


def may_train(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Who is sent records a training on site, the specialist one from afar."""
    yield from sent(order, case)
    if order.actor.role is Role.SPECIALIST and case.state is CaseState.WORK_DONE:
        yield Fault("A-ROLE", "specialist_remote_only")


def check_training(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Somebody was trained in something by one of our people, and it is over."""
    draft: TrainingRecorded = order.draft
    yield from filled(draft, "participants", "topics")
    yield from not_ahead(order, "started_at", "ended_at")
    yield from ends_after(draft, "ended_at", "started_at")
    if draft.trainer is not None:
        yield from our_people(known, [draft.trainer], "trainer")


def record_training(order: Order, case: Case, known: Known) -> TrainingRecorded:
    """The training that was asked for; it takes the place of the trial run."""
    draft: TrainingRecorded = order.draft
    if scope_of(case) is not Scope.TRAINING:
        raise Refused(Fault("S-GUARD", "for_training_only"))
    return draft
