"""The rules of acceptance: the customer's word on the effect, the report, the evaluation (norm 2.3.4, 2.4.1). Pure."""

from collections.abc import Iterator

from shared.case.state import Case, last_trial
from shared.events.case.dispatch import CompletionReportSubmitted, CustomerEvaluated, ServiceVerified
from shared.events.vocabulary import Role, SignMode, TrialResult, VerificationMode
from shared.rules.acting import confirmed, may_by_customer_or_sent, refuse, sent, signed
from shared.rules.fields import needed, only_for, or_none, whole_pieces
from shared.rules.guards import remedy_decided
from shared.rules.instants import not_ahead, not_before
from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Known, Order, Refused

_ONSITE, _REMOTE = VerificationMode.ONSITE, VerificationMode.REMOTE


def check_verification(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Each way has its own proof, given after what it confirms (R-2.3.4-b, B-22)."""
    draft: ServiceVerified = order.draft
    for name in ("trial_event_id", "signature"):
        yield from only_for(getattr(draft, name), draft.mode in (None, _ONSITE), name, _ONSITE.value)
    yield from only_for(draft.confirmation, draft.mode in (None, _REMOTE), "confirmation", _REMOTE.value)
    yield from not_ahead(order, "signature.signed_at", "confirmation.at")
    yield from _signed_by_hand(draft)
    if draft.mode is _ONSITE:
        yield from _after_trial(draft, case)
    if draft.mode is _REMOTE and draft.confirmation is not None and case.triage.sessions:
        ended_at = case.triage.sessions[-1].ended_at
        yield from not_before(draft.confirmation.at, ended_at, "confirmation.at", "before_session_end")


def _signed_by_hand(draft: ServiceVerified | CustomerEvaluated) -> Iterator[Fault]:
    """What is signed on site is not signed by mail."""
    if draft.signature is not None and draft.signature.sign_mode is SignMode.EMAIL:
        yield Fault("V-ENUM", "not_by_mail", "signature.sign_mode")


def _after_trial(draft: ServiceVerified, case: Case) -> Iterator[Fault]:
    trial = last_trial(case)
    if trial is None:
        return
    yield from needed(draft.trial_event_id, True, "trial_event_id")
    if draft.trial_event_id is not None and draft.trial_event_id not in {one.event_id for one in case.dispatch.trials}:
        yield Fault("V-REF", "no_such_trial", "trial_event_id", {"name": draft.trial_event_id})
    if draft.signature is not None:
        yield from not_before(draft.signature.signed_at, trial.ended_at, "signature.signed_at", "before_trial_end")


def verify_service(order: Order, case: Case, known: Known) -> ServiceVerified:
    """The customer accepts content and effect, with proof; on site after a trial run that did not fail.

    From afar the state itself says that the last session resolved the problem.
    """
    draft: ServiceVerified = order.draft
    proof = (_tried(draft, case), signed(order)) if draft.mode is _ONSITE else (confirmed(order),)
    refuse(_accepted(draft), *proof, remedy_decided(case))
    return draft


def _accepted(draft: ServiceVerified) -> Iterator[Fault]:
    if not draft.accepts_content:
        yield Fault("S-GUARD", "content_not_accepted", "accepts_content")
    if not draft.accepts_effect:
        yield Fault("S-GUARD", "effect_not_accepted", "accepts_effect")


def _tried(draft: ServiceVerified, case: Case) -> Iterator[Fault]:
    trial = last_trial(case)
    if trial is None:
        yield Fault("S-GUARD", "no_trial_yet", "trial_event_id")
    elif trial.event_id != draft.trial_event_id:
        yield Fault("S-GUARD", "not_last_trial", "trial_event_id", {"name": trial.number})
    elif trial.result is TrialResult.FAIL:
        yield Fault("S-GUARD", "trial_failed", "trial_event_id", {"name": trial.number})


def may_report(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Who was sent reports of a visit, the specialist of a service from afar."""
    yield from sent(order, case)
    yield from _remote_only(order, case)


def _remote_only(order: Order, case: Case) -> Iterator[Fault]:
    verification = case.dispatch.verification
    if order.actor.role is Role.SPECIALIST and verification is not None and verification.mode is _ONSITE:
        yield Fault("A-ROLE", "specialist_remote_only")


def check_report(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Parts and open issues are listed or denied; what is open is due in the future (R-2.4.1-a)."""
    draft: CompletionReportSubmitted = order.draft
    yield from or_none(draft, "parts_replaced", "open_issues")
    yield from whole_pieces(draft.parts_replaced, "parts_replaced")
    for index, issue in enumerate(draft.open_issues or ()):
        if issue.due_at <= order.at:
            yield Fault("V-TIME", "not_after", f"open_issues[{index}].due_at", {"other": "at"})


def submit_completion_report(order: Order, case: Case, known: Known) -> CompletionReportSubmitted:
    """The report, which names what a conditional trial run left open."""
    draft: CompletionReportSubmitted = order.draft
    trial = last_trial(case)
    if trial is not None and trial.result is TrialResult.CONDITIONAL and draft.no_open_issues:
        raise Refused(Fault("S-GUARD", "open_after_conditional", "no_open_issues"))
    return draft


def may_evaluate(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The customer himself, through who was sent, or from afar through the specialist."""
    yield from may_by_customer_or_sent(order, case, known)
    yield from _remote_only(order, case)


def check_evaluation(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nobody rates a report before it is handed over (B-22)."""
    draft: CustomerEvaluated = order.draft
    yield from not_ahead(order, "signature.signed_at", "confirmation.at")
    verification, report = case.dispatch.verification, case.dispatch.report
    if verification is not None and verification.mode is _ONSITE:
        yield from _signed_by_hand(draft)
    submitted_at = report.submitted_at if report is not None else None
    for path, instant in (
        ("signature.signed_at", draft.signature.signed_at if draft.signature is not None else None),
        ("confirmation.at", draft.confirmation.at if draft.confirmation is not None else None),
    ):
        yield from not_before(instant, submitted_at, path, "before_report", TOLERANCE)


def evaluate_service(order: Order, case: Case, known: Known) -> CustomerEvaluated:
    """The customer's scores, once the report is there: by signature on site, by proven word through the specialist."""
    draft: CustomerEvaluated = order.draft
    proof = confirmed(order) if order.actor.role is Role.SPECIALIST else signed(order)
    refuse(_reported(case), proof)
    return draft


def _reported(case: Case) -> Iterator[Fault]:
    if case.dispatch.report is None:
        yield Fault("S-GUARD", "report_first")
