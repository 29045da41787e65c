"""The rules of judging a case. Pure: how urgent, of what type, on which evidence, and whether warranty covers it."""

from collections.abc import Iterable, Iterator

import msgspec

from shared.case.state import Case, is_known, mould_kind_of, report_of, scope_of
from shared.events.case.intake import FeedbackReceived
from shared.events.case.triage import Classified, Judgement, WarrantyAssessed
from shared.events.mould import MouldRegistered
from shared.events.vocabulary import CaseKind, ProductionStatus, Role, Scope, Urgency, UrgencyBasis
from shared.rules.acting import refuse
from shared.rules.moulds import (
    codes_version,
    drawings_listed,
    fault_codes,
    fitting_code,
    linked_mould,
    registered_mould,
)
from shared.store.order import Fault, Known, Order, Reference, Refused


def fault_codes_and_mould(draft: Classified, case: Case) -> Iterable[Reference]:
    """The published fault codes, and the mould that the case is linked to."""
    yield from fault_codes(draft, case)
    yield from linked_mould(draft, case)


def check_classification(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Evidence looked at, codes that exist and fit, and what was unknown is given (R-2.1.3-a to -c)."""
    draft: Judgement = order.draft
    if case.intake.report is None:
        return
    report = report_of(case)
    if draft.urgency_basis is not None and not draft.urgency_basis:
        yield Fault("V-REQ", "missing", "urgency_basis")
    for name in ("scope", "mould_kind"):
        yield from _completes(name, draft, report)
    if draft.mould_id is not None and report.mould_id is not None:
        yield Fault("V-FMT", "already_known", "mould_id")
    scope = draft.scope or scope_of(case)
    if scope is Scope.REPAIR and draft.fault_code is None:
        yield Fault("V-REQ", "fault_code_needed", "fault_code")
    kind = draft.mould_kind or mould_kind_of(case)
    for name in ("fault_code", "cause_code"):
        yield from fitting_code(getattr(draft, name), name, kind, order, known)
    yield from _evidence(draft, registered_mould(draft.mould_id or report.mould_id, known))


def _completes(name: str, draft: Judgement, report: FeedbackReceived) -> Iterator[Fault]:
    value, given = getattr(report, name), getattr(draft, name)
    if is_known(value) and given is not None and given != value:
        yield Fault("V-FMT", "already_known", name)
    is_asked = name == "scope" or report.case_kind is not CaseKind.COMPLAINT
    if not is_known(value) and given is None and is_asked:
        yield Fault("V-REQ", "still_unknown_needed", name)


def _evidence(draft: Judgement, mould: MouldRegistered | None) -> Iterator[Fault]:
    if not draft.drawings_consulted and not draft.history_consulted and draft.none_available_reason is None:
        yield Fault("V-REQ", "nothing_consulted", "none_available_reason")
    yield from drawings_listed(draft.drawings_consulted, "drawings_consulted", mould)


def classify(order: Order, case: Case, known: Known) -> Classified:
    """Sets urgency, type and fault; a case without model and order number is not classified."""
    draft: Classified = order.draft
    return judged(draft, order, case, known)


def judged[J: Judgement](draft: J, order: Order, case: Case, known: Known) -> J:
    """The judgement of the draft, first or later, with the version of the codes that it was made with."""
    report = report_of(case)
    refuse(_identified(case, report), _danger(order, draft, report), _delivered(draft, report, known))
    return msgspec.structs.replace(draft, vocabulary_version=codes_version(order, known))


def _identified(case: Case, report: FeedbackReceived) -> Iterator[Fault]:
    """Model or order number is known, or a supervisor let the case go on without (R-2.1.2-b)."""
    if report.case_kind is CaseKind.COMPLAINT or case.intake.waived:
        return
    if not is_known(report.mould_model) and not is_known(report.order_no):
        yield Fault("S-GUARD", "model_or_order_needed", "mould_model")


def _danger(order: Order, draft: Judgement, report: FeedbackReceived) -> Iterator[Fault]:
    """LINE_DOWN or a danger with MINOR: only a supervisor, with a reason (R-2.1.3-b)."""
    is_danger = (
        report.production_status is ProductionStatus.LINE_DOWN
        or report.safety_risk is True
        or bool({UrgencyBasis.LINE_DOWN, UrgencyBasis.SAFETY} & set(draft.urgency_basis))
    )
    if draft.urgency is Urgency.MINOR and is_danger:
        if draft.override_reason is None:
            yield Fault("S-GUARD", "minor_despite_danger", "urgency")
        elif Role.SUPERVISOR not in order.actor.roles:
            yield Fault("S-GUARD", "override_by_supervisor", "override_reason")


def _delivered(draft: Judgement, report: FeedbackReceived, known: Known) -> Iterator[Fault]:
    """Only delivered moulds are in scope (R-1.2-b)."""
    mould = registered_mould(draft.mould_id or report.mould_id, known)
    if mould is None or not is_known(report.fault_at):
        return
    if mould.delivery_date > report.fault_at.date():  # type: ignore[union-attr]
        yield Fault("S-GUARD", "not_delivered", "mould_id")


def check_warranty(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Shots say whether they were estimated, and a mould that is named is the one that the case is linked to (B-03)."""
    draft: WarrantyAssessed = order.draft
    if draft.shots_read is not None and draft.shots_estimated is None:
        yield Fault("V-REQ", "missing", "shots_estimated")
    report = case.intake.report
    if report is not None and draft.mould_id is not None and report.mould_id not in (None, draft.mould_id):
        yield Fault("V-REF", "other_mould", "mould_id", {"name": draft.mould_id})


def assess_warranty(order: Order, case: Case, known: Known) -> WarrantyAssessed:
    """Judges the warranty of a mould that is known, linked or by its number."""
    draft: WarrantyAssessed = order.draft
    report = report_of(case)
    mould_id = draft.mould_id or report.mould_id
    if mould_id is None and not is_known(report.mould_no):
        raise Refused(Fault("S-GUARD", "mould_not_known", "mould_id"))
    return msgspec.structs.replace(draft, mould_id=mould_id)
