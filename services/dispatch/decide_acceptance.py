"""The rules of acceptance: the report, and the customer's evaluation or his refusal of one (norm 2.4.1). Pure."""

from collections.abc import Iterator

import msgspec

from services.dispatch.decide_silence import requests
from services.dispatch.decide_verification import signed_by_hand
from shared.case.state import Case, trial_of_work
from shared.events.case.dispatch import CompletionReportSubmitted, CustomerEvaluated
from shared.events.case.setbacks import EvaluationDeclined
from shared.events.vocabulary import Notice, Role, TrialResult, VerificationMode
from shared.rules.acting import confirmed, may_by_customer_or_sent, refuse, sent, signed
from shared.rules.fields import or_none, whole_pieces
from shared.rules.instants import not_ahead, not_before
from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Known, Order, Refused


def may_report(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Who was sent reports of a visit, the specialist of a service from afar."""
    yield from sent(order, case)
    yield from _remote_only(order, case)


def _remote_only(order: Order, case: Case) -> Iterator[Fault]:
    verification = case.dispatch.verification
    if (
        order.actor.role is Role.SPECIALIST
        and verification is not None
        and verification.mode is VerificationMode.ONSITE
    ):
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
    trial = trial_of_work(case)
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
    if verification is not None and verification.mode is VerificationMode.ONSITE:
        yield from signed_by_hand(draft)
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


def decline_evaluation(order: Order, case: Case, known: Known) -> EvaluationDeclined:
    """The customer rates nothing, and why; how often he was asked since the report stands beside it."""
    draft: EvaluationDeclined = order.draft
    refuse(_reported(case))
    since = case.dispatch.report.submitted_at if case.dispatch.report is not None else None
    asked = requests(case, Notice.EVALUATION_REQUEST, since, order.at)
    return msgspec.structs.replace(draft, requests=len(asked))
