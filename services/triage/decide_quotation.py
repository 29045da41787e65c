"""The rules of price. Pure: what may be quoted by whom, and the customer's proven word on it (B-05)."""

from collections.abc import Iterable, Iterator

import msgspec

from shared.case.facts.triage import Quotation
from shared.case.state import Case
from shared.clocks.policy import SERVICE_LEVELS
from shared.events.case.quotation import QuotationDecided, QuotationIssued
from shared.events.policy import SlaPolicyPublished
from shared.events.vocabulary import Charge, Role
from shared.rules.acting import confirmed, own_company, refuse
from shared.rules.fields import filled, only_with
from shared.rules.instants import not_ahead, to_come
from shared.store.order import Fault, Known, Order, Reference


def service_levels(draft: QuotationIssued, case: Case) -> Iterable[Reference]:
    """The policy, which says how much a supervisor may quote."""
    yield Reference("policy", SERVICE_LEVELS, "")


def total_of(draft: QuotationIssued) -> int:
    """The sum of the lines, each rounded to a fen."""
    return sum(round(line.qty * line.unit_price_fen) for line in draft.lines or ())


def may_quote(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A supervisor quotes up to the limit of the policy; beyond it that is for sales."""
    if order.actor.role is not Role.SUPERVISOR or not (order.draft.lines or ()):
        return
    if (limit := _limit(case, known)) < total_of(order.draft):
        yield Fault("A-ROLE", "over_quotation_limit", "lines", {"most": f"{limit / 100:.2f}"})


def _limit(case: Case, known: Known) -> int:
    policy, report = known.get("policy", SERVICE_LEVELS), case.intake.report
    version = policy.version(report.policy_version) if policy is not None and report is not None else None
    return version.content.quotation_limit_fen if isinstance(version, SlaPolicyPublished) else 0


def check_quotation(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """At least one line, a number of its own, and valid beyond today."""
    draft: QuotationIssued = order.draft
    yield from filled(draft, "lines")
    yield from to_come(order, "valid_until")
    if any(one.quote_no == draft.quote_no for one in case.triage.quotations):
        yield Fault("V-DUP", "quoted_already", "quote_no", {"name": draft.quote_no})


def issue_quotation(order: Order, case: Case, known: Known) -> QuotationIssued:
    """What chargeable work costs; the warranty was judged before (B-03)."""
    draft: QuotationIssued = order.draft
    refuse(_chargeable(case))
    return msgspec.structs.replace(draft, total_fen=total_of(draft))


def _chargeable(case: Case) -> Iterator[Fault]:
    if case.triage.warranty is None:
        yield Fault("S-GUARD", "warranty_before_price")
    elif case.triage.warranty.charge is Charge.FREE:
        yield Fault("S-GUARD", "free_of_charge")


def may_decide_quotation(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A customer speaks for the own company only."""
    yield from own_company(order, case)


def check_quotation_decision(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A refusal says why; of several open quotations one is named."""
    draft: QuotationDecided = order.draft
    if draft.accepted is not None:
        yield from only_with(draft, "reason", "accepted = false", holds=not draft.accepted)
    yield from not_ahead(order, "confirmation.at", "signature.signed_at")
    still_open = undecided(case)
    if draft.quote_no is None and len(still_open) > 1:
        yield Fault("V-REQ", "several_open", "quote_no")
    if draft.quote_no is not None and not any(one.quote_no == draft.quote_no for one in case.triage.quotations):
        yield Fault("V-REF", "not_found", "quote_no", {"name": draft.quote_no})


def undecided(case: Case) -> list[Quotation]:
    """The quotations that the customer has not answered."""
    return [one for one in case.triage.quotations if one.is_accepted is None]


def decide_quotation(order: Order, case: Case, known: Known) -> QuotationDecided:
    """The customer's own word, or one that is proven, on a quotation that is open and still holds."""
    draft: QuotationDecided = order.draft
    found = next((one for one in undecided(case) if draft.quote_no in (None, one.quote_no)), None)
    refuse(_proven(order), _holds(order, found))
    return msgspec.structs.replace(draft, quote_no=found.quote_no if found is not None else draft.quote_no)


def _proven(order: Order) -> Iterator[Fault]:
    if order.draft.signature is None:
        yield from confirmed(order)


def _holds(order: Order, found: Quotation | None) -> Iterator[Fault]:
    if found is None:
        yield Fault("S-GUARD", "no_open_quotation", "quote_no")
    elif found.valid_until < order.at:
        yield Fault("S-GUARD", "quotation_ran_out", "quote_no", {"name": found.quote_no})
