"""The rules of being at the customer's: arrival, the problem as found there, departure and return. Pure."""

from collections.abc import Iterator

import msgspec

from services.dispatch.decide_preparation import approved_at, not_for_return, unread
from shared.case.state import (
    Case,
    is_sent,
    mould_at_factory,
    mould_kind_of,
    scope_of,
    stay_to_leave,
    stay_to_return_from,
)
from shared.events.case.dispatch import (
    OnsiteProblemConfirmed,
    TechnicianArrived,
    TechnicianDeparted,
    TechnicianReturned,
)
from shared.events.case.setbacks import VisitAborted
from shared.events.vocabulary import Scope
from shared.rules.acting import refuse, sent
from shared.rules.fields import filled, listed_once, needed
from shared.rules.instants import not_ahead, not_before
from shared.rules.moulds import codes_version, fitting_code
from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Known, Order, Refused


def check_arrival(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Somebody arrived, nobody twice, not before the approval (R-2.3.2-a)."""
    draft: TechnicianArrived = order.draft
    yield from filled(draft, "people")
    yield from listed_once(draft.people, "people[{}]")
    yield from not_ahead(order, "arrived_at")
    yield from not_before(draft.arrived_at, approved_at(case), "arrived_at", "before_approval")


def arrive_on_site(order: Order, case: Case, known: Known) -> TechnicianArrived:
    """Only those arrive who are sent, and who have read the rules of the site."""
    draft: TechnicianArrived = order.draft
    refuse(not_for_return(case))
    strangers = (
        Fault("S-GUARD", "person_not_sent", f"people[{index}]", {"name": user})
        for index, user in enumerate(draft.people)
        if not is_sent(case, user)
    )
    refuse(strangers, unread(draft.people, "people", case))
    return draft


def check_problem(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """What differs is said, and a repair has a fault code that fits the mould (R-2.3.2-a)."""
    draft: OnsiteProblemConfirmed = order.draft
    if case.intake.report is None:
        return
    yield from needed(draft.difference, draft.differs, "difference")
    if draft.fault_code is None and scope_of(case) is Scope.REPAIR:
        yield Fault("V-REQ", "fault_code_needed", "fault_code")
    yield from fitting_code(draft.fault_code, "fault_code", mould_kind_of(case), order, known)


def confirm_problem(order: Order, case: Case, known: Known) -> OnsiteProblemConfirmed:
    """The problem as it shows on site, with the vocabulary that its code is from."""
    draft: OnsiteProblemConfirmed = order.draft
    return msgspec.structs.replace(draft, vocabulary_version=codes_version(order, known))


def check_abort(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The customer gave leave, or it is said why not, one of both; nothing ends before it began (B-23)."""
    draft: VisitAborted = order.draft
    if draft.permission_by is None and draft.permission_refused_reason is None:
        yield Fault("V-REQ", "leave_or_refusal", "permission_by", {"other": "permission_refused_reason"})
    if draft.permission_by is not None and draft.permission_refused_reason is not None:
        yield Fault("V-FMT", "one_of_both", "permission_refused_reason", {"other": "permission_by"})
    stay, receipt = stay_to_leave(case), mould_at_factory(case)
    yield from not_before(order.at, stay.arrived_at if stay else None, "at", "before_arrival", TOLERANCE)
    yield from not_before(order.at, receipt.received_at if receipt else None, "at", "before_receipt", TOLERANCE)


def abort_visit(order: Order, case: Case, known: Known) -> VisitAborted:
    """The visit is over before its work is; another one needs a new request."""
    draft: VisitAborted = order.draft
    return draft


def may_travel(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Who is sent, and who is not back from an earlier visit when others are sent by now."""
    if not any(order.actor.user in stay.away for stay in case.dispatch.stays):
        yield from sent(order, case)


def check_departure(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nobody leaves twice, nor before arriving."""
    draft: TechnicianDeparted = order.draft
    stay = stay_to_leave(case)
    yield from listed_once(draft.people, "people[{}]")
    yield from not_before(order.at, stay.arrived_at if stay else None, "at", "before_arrival", TOLERANCE)


def depart_site(order: Order, case: Case, known: Known) -> TechnicianDeparted:
    """Those who are on site leave; an unsolved problem only by permission, which an abort has asked for (B-23)."""
    draft: TechnicianDeparted = order.draft
    stay = stay_to_leave(case)
    refuse(_of_the_stay(draft.people, stay.on_site if stay else (), "nobody_on_site", "person_not_on_site"))
    is_settled = case.dispatch.verification is not None or (stay is not None and stay.is_aborted)
    if not is_settled and draft.permission_by is None:
        raise Refused(Fault("S-GUARD", "permission_needed", "permission_by"))
    return draft


def check_return(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nobody is back twice, nor before leaving."""
    draft: TechnicianReturned = order.draft
    stay = stay_to_return_from(case)
    yield from listed_once(draft.people, "people[{}]")
    yield from not_before(order.at, stay.departed_at if stay else None, "at", "before_departure", TOLERANCE)


def return_from_site(order: Order, case: Case, known: Known) -> TechnicianReturned:
    """Those who left are back; with the last one the time to hand in the papers begins (decision 7 of the gaps)."""
    draft: TechnicianReturned = order.draft
    stay = stay_to_return_from(case)
    refuse(_of_the_stay(draft.people, stay.under_way if stay else (), "nobody_under_way", "person_not_under_way"))
    return draft


def _of_the_stay(people: list[str], there: tuple[str, ...], nobody: str, stranger: str) -> Iterator[Fault]:
    """Somebody is there to move, and all who are named are among them."""
    if not there:
        yield Fault("S-GUARD", nobody)
        return
    for index, user in enumerate(people):
        if user not in there:
            yield Fault("S-GUARD", stranger, f"people[{index}]", {"name": user})
