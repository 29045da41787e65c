"""The rules of making good. Pure: remedies, the 8D record and parts that came back (B-09, B-11, B-12, B-14, B-15)."""

from collections.abc import Iterator

from shared.case.state import Case, report_of
from shared.events.case.redress import DisciplineRecorded, RemedyDecided, ReturnedPartAnalysed
from shared.events.vocabulary import CaseKind, Cause, Remedy, RemedyStep
from shared.rules.acting import deciders, refuse
from shared.rules.fields import needed, only_for
from shared.rules.instants import not_ahead
from shared.store.order import Fault, Known, Order

_IN_MONEY = (Remedy.PRICE_REDUCTION, Remedy.DAMAGES)


def check_remedy(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """What is granted in money has an amount; a second look that grants nothing names who else can be asked."""
    draft: RemedyDecided = order.draft
    yield from not_ahead(order, "customer_informed_at")
    if draft.granted is None or draft.step is None:
        return
    is_money = draft.granted in _IN_MONEY
    yield from needed(draft.amount_fen, is_money, "amount_fen")
    yield from only_for(draft.amount_fen, is_money, "amount_fen", "granted = PRICE_REDUCTION, DAMAGES")
    is_last_word = draft.step is RemedyStep.SECOND_LOOK and draft.granted is Remedy.NONE
    yield from needed(draft.external_remedies, is_last_word, "external_remedies")


def decide_remedy(order: Order, case: Case, known: Known) -> RemedyDecided:
    """By somebody who is not complained about; the second look by another person than the first."""
    draft: RemedyDecided = order.draft
    refuse(_impartial(order, case))
    refuse(_was_asked(case), _in_turn(draft, case))
    return draft


def _impartial(order: Order, case: Case) -> Iterator[Fault]:
    if report_of(case).complained_about in deciders(order):
        yield Fault("A-SELF", "complained_about")
    first = {one.decided_by for one in case.followup.remedies if one.step is RemedyStep.FIRST}
    if order.draft.step is RemedyStep.SECOND_LOOK and first & deciders(order):
        yield Fault("A-SELF", "second_look_by_another")


def _was_asked(case: Case) -> Iterator[Fault]:
    report = report_of(case)
    if report.case_kind is not CaseKind.COMPLAINT and report.remedy_requested is None:
        yield Fault("S-GUARD", "no_remedy_asked")


def _in_turn(draft: RemedyDecided, case: Case) -> Iterator[Fault]:
    taken = {one.step for one in case.followup.remedies}
    if draft.step is RemedyStep.SECOND_LOOK and RemedyStep.FIRST not in taken:
        yield Fault("S-GUARD", "first_decision_first", "step")
    if draft.step in taken:
        yield Fault("S-GUARD", "decided_already", "step")


def check_discipline(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """What is done was done by now (B-14)."""
    yield from not_ahead(order, "done_at")


def record_discipline(order: Order, case: Case, known: Known) -> DisciplineRecorded:
    """One step of the 8D record; a repeated one takes the place of the former."""
    draft: DisciplineRecorded = order.draft
    return draft


def check_analysis(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """No trouble found needs the criteria that say so (B-15)."""
    draft: ReturnedPartAnalysed = order.draft
    yield from not_ahead(order, "received_at", "customer_informed_at")
    if draft.cause is not None:
        is_untraceable = draft.cause is Cause.NTF
        yield from needed(draft.ntf_criteria, is_untraceable, "ntf_criteria")
        yield from only_for(draft.ntf_criteria, is_untraceable, "ntf_criteria", "cause = NTF")


def analyse_part(order: Order, case: Case, known: Known) -> ReturnedPartAnalysed:
    """A part that was to come back, or came back to the store."""
    draft: ReturnedPartAnalysed = order.draft
    refuse(_came_back(draft, case))
    return draft


def _came_back(draft: ReturnedPartAnalysed, case: Case) -> Iterator[Fault]:
    returned = {one.part_no for one in case.dispatch.spares if one.returned or one.is_awaited}
    if draft.part_no not in returned:
        yield Fault("S-GUARD", "part_not_returned", "part_no", {"name": draft.part_no})
