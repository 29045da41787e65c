"""The rules of making ready: appointment, safety rules of the site, checklist, transport (norm 2.3.1). Pure."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from shared.case.facts.dispatch import Reading
from shared.case.state import Case, is_return, request_of
from shared.events.case.dispatch import SafetyRulesRead, ServicePrepared, VisitConfirmed
from shared.events.case.setbacks import VisitRescheduled
from shared.events.vocabulary import ItemStatus, PreparationItem
from shared.rules.acting import own_name, refuse
from shared.rules.fields import listed_once, needed, only_for, or_none, whole_pieces
from shared.rules.instants import not_ahead, not_before, reached, to_come
from shared.rules.moulds import drawings_listed, registered_mould
from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Known, Order

_OPEN = {
    PreparationItem.PERSONNEL: "personnel_open",
    PreparationItem.TOOLS: "tools_open",
    PreparationItem.SPARES: "spares_open",
    PreparationItem.DRAWINGS: "drawings_open",
    PreparationItem.FORMS: "forms_open",
    PreparationItem.SAFETY: "safety_open",
}
_LISTS = {"spares": PreparationItem.SPARES, "drawings": PreparationItem.DRAWINGS}
_FOR_VISIT = ("items", "technicians", "spares", "drawings")
_FOR_RETURN = ("transport", "packing_list", "photos_out")


def check_visit(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The visit lies ahead, what the customer needs is said, and nobody confirms in the future (R-2.3.1-b)."""
    yield from to_come(order, "visit_at")
    yield from or_none(order.draft, "specific_needs")
    yield from not_ahead(order, "confirmed_at")


def confirm_visit(order: Order, case: Case, known: Known) -> VisitConfirmed:
    """The appointment, in the words that both sides hold."""
    draft: VisitConfirmed = order.draft
    refuse(not_for_return(case))
    return draft


def not_for_return(case: Case) -> Iterator[Fault]:
    """Nobody goes to the customer's when the mould comes to us (B-07)."""
    if is_return(case):
        yield Fault("S-GUARD", "not_for_return")


def check_move(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A new time lies ahead."""
    yield from to_come(order, "new_visit_at")


def reschedule_visit(order: Order, case: Case, known: Known) -> VisitRescheduled:
    """The visit, or the transport of the mould, moves and is prepared anew."""
    draft: VisitRescheduled = order.draft
    return draft


def may_read(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Everybody reads for himself (R-2.3.1-c)."""
    yield from own_name(order)


def check_reading(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The rules are named by file or by source, one of both; they were read for this visit."""
    draft: SafetyRulesRead = order.draft
    if draft.rules_ref is None and draft.rules_source is None:
        yield Fault("V-REQ", "rules_needed", "rules_ref")
    if draft.rules_ref is not None and draft.rules_source is not None:
        yield Fault("V-FMT", "one_of_both", "rules_source", {"other": "rules_ref"})
    yield from not_ahead(order, "read_at")
    yield from not_before(draft.read_at, approved_at(case), "read_at", "before_approval", TOLERANCE)


def approved_at(case: Case) -> datetime | None:
    """When the visit was approved, None while it is not."""
    request = request_of(case)
    return request.decided_at if request is not None and request.is_approved else None


def read_safety_rules(order: Order, case: Case, known: Known) -> SafetyRulesRead:
    """One person read the safety rules of the site."""
    draft: SafetyRulesRead = order.draft
    refuse(not_for_return(case))
    return draft


def check_preparation(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A visit is prepared by its checklist, a return by its transport; what belongs to the other way stays out."""
    draft: ServicePrepared = order.draft
    asked, other = (_FOR_RETURN, _FOR_VISIT) if is_return(case) else (_FOR_VISIT[:2], _FOR_RETURN)
    for name in asked:
        yield from needed(getattr(draft, name), True, name)
    for name in other:
        yield from only_for(getattr(draft, name), False, name, "ONSITE" if is_return(case) else "RETURN")
    if is_return(case):
        yield from listed_once(draft.photos_out, "photos_out[{}]")
        yield from not_before(
            reached(draft, "transport.pickup_at"), approved_at(case), "transport.pickup_at", "before_approval"
        )
    else:
        yield from _checklist(draft, case, known)


def _checklist(draft: ServicePrepared, case: Case, known: Known) -> Iterator[Fault]:
    """Each item once, with a reason where it is not needed, and its list where it is done (R-2.3.1-a)."""
    yield from listed_once(draft.technicians, "technicians[{}]")
    yield from listed_once([one.item for one in draft.items or ()], "items[{}].item")
    for index, one in enumerate(draft.items or ()):
        yield from needed(one.reason, one.status is ItemStatus.NOT_NEEDED, f"items[{index}].reason")
    status = {one.item: one.status for one in draft.items or ()}
    for name, item in _LISTS.items():
        yield from needed(getattr(draft, name), status.get(item) is ItemStatus.DONE, name)
        yield from only_for(getattr(draft, name), status.get(item) in (None, ItemStatus.DONE), name, f"{item} DONE")
    yield from whole_pieces(draft.spares, "spares")
    report = case.intake.report
    mould = registered_mould(report.mould_id, known) if report is not None else None
    yield from drawings_listed(draft.drawings, "drawings", mould)


def prepare_service(order: Order, case: Case, known: Known) -> ServicePrepared:
    """Nothing is open, the customer expects us, and everybody who goes has read the rules of the site.

    For a return the transport is all there is to prepare.
    """
    draft: ServicePrepared = order.draft
    if is_return(case):
        return draft
    refuse(_open_items(draft), _expected(case), unread(draft.technicians, "technicians", case))
    return msgspec.structs.replace(draft, safety_read=_readings(draft, case))


def _open_items(draft: ServicePrepared) -> Iterator[Fault]:
    """Every item that is neither done nor stated as not needed, by its own name."""
    listed = {one.item for one in draft.items}
    for item in PreparationItem:
        if item not in listed:
            yield Fault("S-GUARD", _OPEN[item], "items")


def _expected(case: Case) -> Iterator[Fault]:
    if case.dispatch.visit_at is None:
        yield Fault("S-GUARD", "confirm_visit_first")


def unread(people: list[str], field: str, case: Case) -> Iterator[Fault]:
    """Everybody who has not read the safety rules since the approval, by name (R-2.3.1-c)."""
    readers = {reading.user for reading in case.dispatch.readings}
    for index, user in enumerate(people):
        if user not in readers:
            yield Fault("S-GUARD", "safety_rules_unread", f"{field}[{index}]", {"name": user})


def _readings(draft: ServicePrepared, case: Case) -> list[str]:
    """The newest reading of each who goes."""
    newest: dict[str, Reading] = {reading.user: reading for reading in case.dispatch.readings}
    return [newest[user].event_id for user in draft.technicians]
