"""The rules of asking for a visit and of deciding on it (R-2.2.3-a, -b). Pure."""

from collections.abc import Iterable, Iterator

import msgspec

from shared.case.state import Case, is_return, report_of, request_of
from shared.events.case.dispatch import OnsiteApproved, OnsiteRejected, OnsiteRequested
from shared.events.case.setbacks import OnsiteWithdrawn, UnsignedDecided
from shared.events.vocabulary import OnsiteReason, Role, WithdrawReason, Zone
from shared.masters.customer import Customer
from shared.masters.staff import Staff
from shared.rules.acting import deciders, refuse
from shared.rules.fields import needed, only_with
from shared.rules.guards import acknowledged_if_urgent
from shared.rules.instants import not_ahead, not_before, to_come
from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Known, Order, Reference, Refused

_DANGERS = (OnsiteReason.STRUCTURAL_DAMAGE, OnsiteReason.SAFETY_RISK)


def customer(draft: object, case: Case) -> Iterable[Reference]:
    """The customer whose site gives the zone."""
    if case.intake.report is not None and case.intake.report.customer_id is not None:
        yield Reference("customer", case.intake.report.customer_id, "")


def check_request(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A zone where no site gives one, and why nothing was tried from afar where that is no matter of danger."""
    draft: OnsiteRequested = order.draft
    zone = _zone_of_site(case, known)
    yield from needed(draft.zone, zone is None, "zone")
    if zone is not None and draft.zone not in (None, zone):
        yield Fault("V-FMT", "zone_of_site", "zone", {"name": zone.value})
    is_danger_or_tried = draft.reason in (None, *_DANGERS, OnsiteReason.REMOTE_FAILED) or _has_session(case)
    yield from needed(draft.waiver_reason, not is_danger_or_tried, "waiver_reason")


def _zone_of_site(case: Case, known: Known) -> Zone | None:
    """The zone of the linked site: the one that the report names, else the customer's only one."""
    report = case.intake.report
    found = known.get("customer", report.customer_id or "") if report is not None else None
    if report is None or not isinstance(found, Customer) or found.registered is None:
        return None
    sites = found.registered.sites
    linked = [site for site in sites if site.site == report.site] if report.site is not None else sites
    return linked[0].zone if len(linked) == 1 else None


def _has_session(case: Case) -> bool:
    """Whether support from afar was tried in this cycle."""
    return any(session.cycle == case.cycle for session in case.triage.sessions)


def request_onsite(order: Order, case: Case, known: Known) -> OnsiteRequested:
    """Asks for a visit; the zone of a linked site is filled in, for the time to arrive hangs on it."""
    draft: OnsiteRequested = order.draft
    refuse(acknowledged_if_urgent(case), _tried(draft, case))
    return msgspec.structs.replace(draft, zone=draft.zone or _zone_of_site(case, known))


def _tried(draft: OnsiteRequested, case: Case) -> Iterator[Fault]:
    """Remote support comes first (R-2.2.2-a)."""
    if draft.reason is OnsiteReason.REMOTE_FAILED and not _has_session(case):
        yield Fault("S-GUARD", "no_session_yet", "reason")


def may_decide(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Who decides for another is appointed by that one, for this time (decision 8 of the gaps)."""
    draft: OnsiteApproved | OnsiteRejected | UnsignedDecided = order.draft
    if draft.delegate_of is None or order.actor.role is Role.SYSTEM:
        return
    principal: Staff | None = known.get("staff", draft.delegate_of)
    lent = principal.delegations if principal is not None else ()
    if not any(one.delegate == order.actor.user and one.valid_from <= order.at <= one.valid_to for one in lent):
        yield Fault("A-ROLE", "not_delegate", "delegate_of", {"name": draft.delegate_of})


def check_approval(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Until when a mould will be back is agreed with its customer, and lies ahead."""
    yield from check_decision(order, case, known)
    yield from only_with(order.draft, "agreed_until", "RETURN", holds=is_return(case))
    yield from to_come(order, "agreed_until")


def check_decision(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A decision comes after the request, and so does what the customer is told of it."""
    request = request_of(case)
    asked_at = request.requested_at if request is not None else None
    yield from not_ahead(order, "customer_informed_at")
    yield from not_before(order.at, asked_at, "at", "before_request", TOLERANCE)
    informed_at = getattr(order.draft, "customer_informed_at", None)
    yield from not_before(informed_at, asked_at, "customer_informed_at", "before_request", TOLERANCE)


def approve_onsite(order: Order, case: Case, known: Known) -> OnsiteApproved:
    """Another person approves, with the warranty judged or put off for a reason (B-03)."""
    draft: OnsiteApproved = order.draft
    _by_another(order, case)
    if case.triage.warranty is None and draft.deferred_warranty_reason is None:
        raise Refused(Fault("S-GUARD", "warranty_first", "deferred_warranty_reason"))
    return draft


def reject_onsite(order: Order, case: Case, known: Known) -> OnsiteRejected:
    """Another person says no, and names another way."""
    draft: OnsiteRejected = order.draft
    _by_another(order, case)
    return draft


def may_withdraw(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """An engineer takes back the own request only, and none but a supervisor an approval."""
    draft: OnsiteWithdrawn = order.draft
    request = request_of(case)
    if order.actor.role is Role.ENGINEER and request is not None and order.actor.user not in request.requested_by:
        yield Fault("A-ROLE", "own_request_only")
    takes_back = draft.reason is WithdrawReason.APPROVAL_WITHDRAWN
    if takes_back and order.actor.role not in (Role.SUPERVISOR, Role.SYSTEM):
        yield Fault("A-ROLE", "supervisor_takes_back", "reason")


def withdraw_onsite(order: Order, case: Case, known: Known) -> OnsiteWithdrawn:
    """The visit is off; the states that allow it say that nobody has arrived and no mould has come."""
    draft: OnsiteWithdrawn = order.draft
    return draft


def _by_another(order: Order, case: Case) -> None:
    """Neither who asked nor for whom it was asked decides, not even through another. Raises: Refused."""
    request = request_of(case)
    if request is not None and request.requested_by & deciders(order):
        raise Refused(Fault("A-SELF", "own_request"))


def is_danger(case: Case) -> bool:
    """Whether the visit is about a danger; that waits for no quotation (B-05)."""
    request = request_of(case)
    asked_for = request is not None and request.reason is OnsiteReason.SAFETY_RISK
    return asked_for or report_of(case).safety_risk is True
