"""How triage's facts change a case."""

from typing import Any, assert_never

from msgspec.structs import replace

from shared.case.state import Consultation, IntakeFacts, RemoteSession, TriageFacts, Warranty
from shared.events.case.triage import (
    Classified,
    ConsultationHeld,
    ConsultationRequested,
    RemoteSessionLogged,
    WarrantyAssessed,
)
from shared.events.catalogue import TriageEvent
from shared.events.envelope import Meta


def fold(facts: TriageFacts, event: TriageEvent, meta: Meta) -> TriageFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case Classified():
            return replace(
                facts,
                urgency=event.urgency,
                problem_type=event.problem_type,
                fault_code=event.fault_code,
                cause_code=event.cause_code,
                classified_at=meta.occurred_at,
            )
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
        case _:
            assert_never(event)


def _held(consultations: tuple[Consultation, ...], event: ConsultationHeld, meta: Meta) -> tuple[Consultation, ...]:
    """The minutes answer every request that was open: one meeting, several questions."""
    return tuple(
        replace(one, held_at=event.held_at, held_event_id=meta.event_id, route=event.recommended_route)
        if one.held_at is None
        else one
        for one in consultations
    )


def completed(facts: IntakeFacts, event: Classified) -> IntakeFacts:
    """The report with what classifying filled in: scope, kind of mould and mould, while they were unknown."""
    given: dict[str, Any] = {
        name: value for name in ("scope", "mould_kind", "mould_id") if (value := getattr(event, name)) is not None
    }
    if facts.report is None or not given:
        return facts
    return replace(facts, report=replace(facts.report, **given))
