"""The rules of spare parts that are sent by post. Pure: when that is the way, and what arrived (B-10)."""

from collections.abc import Iterator

import msgspec

from shared.case.facts.triage import Shipment
from shared.case.state import Case
from shared.events.case.spares import SpareReceived, SpareShipped
from shared.events.vocabulary import Charge, ProblemType, Route
from shared.rules.acting import own_company, refuse
from shared.rules.fields import filled, only_with, whole_pieces
from shared.rules.guards import acknowledged_if_urgent
from shared.rules.instants import not_ahead, not_before
from shared.store.order import Fault, Known, Order


def check_shipment(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """At least one part, pieces whole, and sent already."""
    draft: SpareShipped = order.draft
    yield from filled(draft, "parts")
    yield from whole_pieces(draft.parts, "parts")
    yield from not_ahead(order, "shipped_at")


def ship_spare(order: Order, case: Case, known: Known) -> SpareShipped:
    """Parts that the customer can fit: wear parts, or what a consultation or the customer agreed on."""
    draft: SpareShipped = order.draft
    refuse(acknowledged_if_urgent(case), _is_the_way(case), _paid(draft, case))
    return draft


def _is_the_way(case: Case) -> Iterator[Fault]:
    recommended = any(one.route is Route.SPARE_ONLY for one in case.triage.consultations)
    agreed = any(one.is_accepted for one in case.triage.quotations) or any(
        plan.agreed_at is not None for plan in case.dispatch.plans
    )
    if not (recommended or agreed or case.triage.problem_type is ProblemType.WEAR_PART):
        yield Fault("S-GUARD", "no_spare_route")


def _paid(draft: SpareShipped, case: Case) -> Iterator[Fault]:
    """What is charged was accepted before (B-05)."""
    if draft.charge is not Charge.FREE and not any(one.is_accepted for one in case.triage.quotations):
        yield Fault("S-GUARD", "quotation_first", "charge")


def may_receive(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A customer for the own company only."""
    yield from own_company(order, case)


def check_arrival(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """What differs is told; of several shipments one is named, and it was sent before it came."""
    draft: SpareReceived = order.draft
    if draft.complete is not None:
        yield from only_with(draft, "difference", "complete = false", holds=not draft.complete)
    yield from not_ahead(order, "received_at")
    if draft.shipped_event_id is None and len(under_way(case)) > 1:
        yield Fault("V-REQ", "several_open", "shipped_event_id")
    sent = next((one for one in case.triage.shipments if one.event_id == draft.shipped_event_id), None)
    if draft.shipped_event_id is not None and sent is None:
        yield Fault("V-REF", "not_found", "shipped_event_id", {"name": draft.shipped_event_id})
    found = sent or next(iter(under_way(case)), None)
    if found is not None:
        yield from not_before(draft.received_at, found.shipped_at, "received_at", "before_shipment")


def under_way(case: Case) -> list[Shipment]:
    """The shipments that have not arrived."""
    return [one for one in case.triage.shipments if one.received_at is None]


def receive_spare(order: Order, case: Case, known: Known) -> SpareReceived:
    """The arrival of a shipment that was under way."""
    draft: SpareReceived = order.draft
    found = next((one for one in under_way(case) if draft.shipped_event_id in (None, one.event_id)), None)
    refuse(_was_under_way(found))
    return msgspec.structs.replace(draft, shipped_event_id=found.event_id if found is not None else None)


def _was_under_way(found: Shipment | None) -> Iterator[Fault]:
    if found is None:
        yield Fault("S-GUARD", "nothing_under_way", "shipped_event_id")
