"""The rules of the customer's word on the effect, and of a service that stays without it (norm 2.3.4). Pure."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.dispatch.decide_silence import asked_in_vain, requests
from shared.case.facts.dispatch import Training, Trial
from shared.case.state import Case, mould_at_factory, scope_of, training_of_work, trial_of_work
from shared.events.case.dispatch import CustomerEvaluated, ServiceVerified
from shared.events.case.setbacks import SignatureRefused, UnsignedDecided
from shared.events.vocabulary import Notice, Role, Scope, SignMode, UnsignedDecision, VerificationMode
from shared.rules.acting import confirmed, may_by_customer_or_sent, refuse, signed
from shared.rules.calendars import calendar_in_force
from shared.rules.fields import needed, only_for, only_with
from shared.rules.guards import remedy_decided
from shared.rules.instants import not_ahead, not_before
from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Known, Order

_ONSITE, _REMOTE = VerificationMode.ONSITE, VerificationMode.REMOTE


def may_verify(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The customer himself or through us; a supervisor only where the customer stays silent, and nobody else there."""
    yield from may_by_customer_or_sent(order, case, known)
    if order.draft.unsigned is True and order.actor.role not in (Role.SUPERVISOR, Role.SYSTEM):
        yield Fault("A-ROLE", "supervisor_decides_unsigned", "unsigned")
    if order.draft.unsigned is None and order.actor.role is Role.SUPERVISOR:
        yield Fault("A-ROLE", "supervisor_unsigned_only", "unsigned")


def check_verification(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Each way has its own proof, given after what it confirms (R-2.3.4-b, B-22)."""
    draft: ServiceVerified = order.draft
    for name in ("trial_event_id", "signature"):
        yield from only_for(getattr(draft, name), draft.mode in (None, _ONSITE), name, _ONSITE.value)
    for name in ("confirmation", "unsigned"):
        yield from only_for(getattr(draft, name), draft.mode in (None, _REMOTE), name, _REMOTE.value)
    yield from _with_a_word(draft)
    yield from not_ahead(order, "signature.signed_at", "confirmation.at")
    yield from signed_by_hand(draft)
    if draft.mode is _ONSITE:
        yield from _after_proof(draft, case)
    if draft.mode is _REMOTE and draft.confirmation is not None:
        yield from not_before(draft.confirmation.at, _resolved_at(case), "confirmation.at", "before_session_end")


def _with_a_word(draft: ServiceVerified) -> Iterator[Fault]:
    """A customer who spoke accepts or does not; for one who is silent a supervisor says why."""
    is_silent = draft.unsigned is True
    yield from only_with(draft, "reason", "unsigned", holds=is_silent)
    for name in ("accepts_content", "accepts_effect"):
        yield from needed(getattr(draft, name), not is_silent, name)
        yield from only_for(getattr(draft, name), not is_silent, name, "unsigned = false")
    yield from only_for(draft.confirmation, not is_silent, "confirmation", "unsigned = false")


def _resolved_at(case: Case) -> datetime | None:
    """When the session ended that the customer is to confirm."""
    return case.triage.sessions[-1].ended_at if case.triage.sessions else None


def signed_by_hand(draft: ServiceVerified | CustomerEvaluated) -> Iterator[Fault]:
    """What is signed on site is not signed by mail."""
    if draft.signature is not None and draft.signature.sign_mode is SignMode.EMAIL:
        yield Fault("V-ENUM", "not_by_mail", "signature.sign_mode")


def _proof(case: Case) -> Trial | Training | None:
    """What shows that the work was good: the trial run, or the training in its place (decision 10 of the gaps)."""
    return training_of_work(case) if scope_of(case) is Scope.TRAINING else trial_of_work(case)


def _after_proof(draft: ServiceVerified, case: Case) -> Iterator[Fault]:
    proof = _proof(case) if case.intake.report is not None else None
    if proof is None:
        return
    yield from needed(draft.trial_event_id, True, "trial_event_id")
    listed = {one.event_id for one in case.dispatch.trials} | {one.event_id for one in case.dispatch.trainings}
    if draft.trial_event_id is not None and draft.trial_event_id not in listed:
        yield Fault("V-REF", "no_such_trial", "trial_event_id", {"name": draft.trial_event_id})
    if draft.signature is not None:
        yield from not_before(draft.signature.signed_at, proof.ended_at, "signature.signed_at", "before_trial_end")


def verify_service(order: Order, case: Case, known: Known) -> ServiceVerified:
    """The customer accepts content and effect, with proof; on site after the work was proven.

    From afar the state itself says that the last session resolved the problem.
    """
    draft: ServiceVerified = order.draft
    if draft.unsigned:
        asked = requests(case, Notice.CONFIRM_REQUEST, _resolved_at(case), order.at)
        refuse(asked_in_vain(asked, calendar_in_force(known, order.now)), remedy_decided(case))
        return msgspec.structs.replace(draft, requests=len(asked))
    on_site = (*_proven(case, "trial_event_id"), *_newest(draft, case), *signed(order))
    proof = on_site if draft.mode is _ONSITE else confirmed(order)
    refuse(_accepted(draft), proof, remedy_decided(case))
    return draft


def _accepted(draft: ServiceVerified) -> Iterator[Fault]:
    if not draft.accepts_content:
        yield Fault("S-GUARD", "content_not_accepted", "accepts_content")
    if not draft.accepts_effect:
        yield Fault("S-GUARD", "effect_not_accepted", "accepts_effect")


def _proven(case: Case, field: str = "") -> Iterator[Fault]:
    """The work was proven since it was finished, and a mould that came to us is on its way back.

    A trial run that failed took the case back to work: none stands here.
    """
    if _proof(case) is None:
        yield Fault("S-GUARD", "no_training_yet" if scope_of(case) is Scope.TRAINING else "no_trial_yet", field)
    if mould_at_factory(case) is not None:
        yield Fault("S-GUARD", "mould_not_returned")


def _newest(draft: ServiceVerified, case: Case) -> Iterator[Fault]:
    """What the customer signs for is the newest proof."""
    proof = _proof(case)
    if proof is None or proof.event_id == draft.trial_event_id:
        return
    if isinstance(proof, Trial):
        yield Fault("S-GUARD", "not_last_trial", "trial_event_id", {"name": proof.number})
    else:
        yield Fault("S-GUARD", "not_last_training", "trial_event_id")


def check_refused_signature(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nobody refuses to sign for what is not over."""
    proof = _proof(case) if case.intake.report is not None else None
    yield from not_before(order.at, proof.ended_at if proof is not None else None, "at", "before_trial_end", TOLERANCE)


def refuse_signature(order: Order, case: Case, known: Known) -> SignatureRefused:
    """The customer does not sign, and somebody saw it."""
    draft: SignatureRefused = order.draft
    return draft


def check_unsigned(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The decision follows the refusal."""
    yield from not_before(order.at, case.dispatch.refused_at, "at", "before_refusal", TOLERANCE)


def decide_unsigned(order: Order, case: Case, known: Known) -> UnsignedDecided:
    """After a refused signature: the work again, or the service as proven as a signed one is."""
    draft: UnsignedDecided = order.draft
    refuse(_refused(case))
    if draft.decision is UnsignedDecision.ACCEPT:
        refuse(_proven(case), remedy_decided(case))
    return draft


def _refused(case: Case) -> Iterator[Fault]:
    if case.dispatch.refused_at is None:
        yield Fault("S-GUARD", "no_refused_signature")
