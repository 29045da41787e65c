"""How triage's facts change a case."""

from typing import assert_never

from msgspec.structs import replace

from shared.case.facts.triage import Consultation, Quotation, RemoteSession, Shipment, TriageFacts, Warranty
from shared.events.case.quotation import QuotationDecided, QuotationIssued
from shared.events.case.spares import SpareReceived, SpareShipped
from shared.events.case.triage import (
    CaseReassigned,
    Classified,
    ConsultationHeld,
    ConsultationRequested,
    Judgement,
    Reclassified,
    RemoteSessionLogged,
    WarrantyAssessed,
)
from shared.events.catalogue import TriageEvent
from shared.events.envelope import Meta


def fold(facts: TriageFacts, event: TriageEvent, meta: Meta) -> TriageFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case Classified():
            return replace(_judged(facts, event), classified_at=meta.occurred_at)
        case Reclassified():
            return replace(_judged(facts, event), reclassified_at=meta.occurred_at)
        case CaseReassigned():
            return facts
        case WarrantyAssessed():
            return replace(facts, warranty=Warranty(event.verdict, event.liability, event.charge))
        case ConsultationRequested():
            asked = Consultation(meta.event_id, meta.occurred_at)
            return replace(facts, consultations=(*facts.consultations, asked))
        case ConsultationHeld():
            return replace(facts, consultations=_held(facts.consultations, event, meta))
        case RemoteSessionLogged():
            session = RemoteSession(meta.event_id, event.outcome, event.started_at, event.ended_at, meta.cycle)
            return replace(facts, sessions=(*facts.sessions, session))
        case QuotationIssued() | QuotationDecided():
            return replace(facts, quotations=_quoted(facts.quotations, event, meta))
        case SpareShipped() | SpareReceived():
            return replace(facts, shipments=_posted(facts.shipments, event, meta))
        case _:
            assert_never(event)


def _judged(facts: TriageFacts, event: Judgement) -> TriageFacts:
    return replace(
        facts,
        urgency=event.urgency,
        urgency_basis=frozenset(event.urgency_basis),
        problem_type=event.problem_type,
        fault_code=event.fault_code,
        cause_code=event.cause_code,
    )


def _quoted(
    quotations: tuple[Quotation, ...], event: QuotationIssued | QuotationDecided, meta: Meta
) -> tuple[Quotation, ...]:
    """A quotation is decided by its number, which may be left out where only one is open."""
    if isinstance(event, QuotationIssued):
        issued = Quotation(event.quote_no, event.total_fen, event.valid_until, meta.occurred_at)
        return (*(one for one in quotations if one.quote_no != event.quote_no), issued)
    return tuple(
        replace(one, is_accepted=event.accepted, decided_at=meta.occurred_at)
        if one.is_accepted is None and event.quote_no in (None, one.quote_no)
        else one
        for one in quotations
    )


def _posted(shipments: tuple[Shipment, ...], event: SpareShipped | SpareReceived, meta: Meta) -> tuple[Shipment, ...]:
    """A shipment arrives by the event that sent it, which may be left out where only one is under way."""
    if isinstance(event, SpareShipped):
        return (*shipments, Shipment(meta.event_id, event.shipped_at))
    return tuple(
        replace(one, received_at=event.received_at)
        if one.received_at is None and event.shipped_event_id in (None, one.event_id)
        else one
        for one in shipments
    )


def _held(consultations: tuple[Consultation, ...], event: ConsultationHeld, meta: Meta) -> tuple[Consultation, ...]:
    """The minutes answer every request that was open: one meeting, several questions."""
    return tuple(
        replace(one, held_at=event.held_at, held_event_id=meta.event_id, route=event.recommended_route)
        if one.held_at is None
        else one
        for one in consultations
    )
