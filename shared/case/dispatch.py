"""How the facts of a visit change a case."""

from typing import Any, assert_never

from msgspec.structs import replace

from shared.case.dispatch_work import accepted, planned, rated, stored, with_last, worked
from shared.case.facts.dispatch import (
    Abort,
    DispatchFacts,
    OnsiteRequest,
    Reading,
    Receipt,
    Stay,
)
from shared.events.case.dispatch import (
    CompletionReportSubmitted,
    CustomerEvaluated,
    OnsiteApproved,
    OnsiteProblemConfirmed,
    OnsiteRejected,
    OnsiteRequested,
    PlanAgreed,
    PlanProposed,
    PlanRefused,
    SafetyRulesRead,
    ServicePrepared,
    ServiceVerified,
    TechnicianArrived,
    TechnicianDeparted,
    TechnicianReturned,
    TrialRunRecorded,
    VisitConfirmed,
    WorkFinished,
    WorkPerformed,
)
from shared.events.case.factory import MouldReceivedAtFactory, MouldReturned
from shared.events.case.setbacks import (
    EvaluationDeclined,
    OnsiteWithdrawn,
    SignatureRefused,
    UnsignedDecided,
    VisitAborted,
    VisitRescheduled,
)
from shared.events.case.spares import SparesIssued, SparesReserved, SparesReturned
from shared.events.case.training import TrainingRecorded
from shared.events.catalogue import DispatchEvent
from shared.events.envelope import Meta, person_of_record


def fold(facts: DispatchFacts, event: DispatchEvent, meta: Meta) -> DispatchFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case OnsiteRequested() | OnsiteApproved() | OnsiteRejected() | OnsiteWithdrawn():
            return _asked(facts, event, meta)
        case VisitConfirmed() | VisitRescheduled() | SafetyRulesRead() | ServicePrepared():
            return _prepared(facts, event, meta)
        case SparesReserved() | SparesIssued() | SparesReturned():
            return stored(facts, event)
        case TechnicianArrived() | TechnicianDeparted() | TechnicianReturned() | VisitAborted():
            return _travelled(facts, event, meta)
        case MouldReceivedAtFactory() | MouldReturned():
            return _at_factory(facts, event, meta)
        case OnsiteProblemConfirmed() | PlanProposed() | PlanAgreed() | PlanRefused():
            return planned(facts, event, meta)
        case WorkPerformed() | WorkFinished() | TrialRunRecorded() | TrainingRecorded():
            return worked(facts, event, meta)
        case ServiceVerified() | SignatureRefused() | UnsignedDecided():
            return accepted(facts, event, meta)
        case CompletionReportSubmitted() | CustomerEvaluated() | EvaluationDeclined():
            return rated(facts, event, meta)
        case _:
            assert_never(event)


Asked = OnsiteRequested | OnsiteApproved | OnsiteRejected | OnsiteWithdrawn


def _asked(facts: DispatchFacts, event: Asked, meta: Meta) -> DispatchFacts:
    match event:
        case OnsiteRequested():
            asked = OnsiteRequest(
                meta.event_id,
                _asking(meta),
                meta.occurred_at,
                event.reason,
                event.zone,
                event.service_mode,
                meta.cycle,
            )
            return replace(facts, requests=(*facts.requests, asked))
        case OnsiteApproved():
            return _decided(facts, meta, is_approved=True, agreed_until=event.agreed_until)
        case OnsiteRejected():
            return _decided(facts, meta, is_refused=True)
        case OnsiteWithdrawn():
            return _decided(facts, meta)
        case _:
            assert_never(event)


def _decided(facts: DispatchFacts, meta: Meta, **decision: Any) -> DispatchFacts:
    """The newest request is settled; whatever was prepared for a visit is prepared anew."""
    settled = {"decided_at": meta.occurred_at, "is_approved": False, **decision}
    requests = with_last(facts.requests, lambda one: replace(one, **settled))
    return replace(facts, requests=requests, visit_at=None, readings=(), technicians=())


Prepared = VisitConfirmed | VisitRescheduled | SafetyRulesRead | ServicePrepared


def _prepared(facts: DispatchFacts, event: Prepared, meta: Meta) -> DispatchFacts:
    match event:
        case VisitConfirmed():
            requests = with_last(facts.requests, lambda one: replace(one, visit_at=event.visit_at))
            return replace(facts, visit_at=event.visit_at, requests=requests)
        case VisitRescheduled():
            return replace(facts, visit_at=None)
        case SafetyRulesRead():
            return replace(facts, readings=(*facts.readings, Reading(person_of_record(meta), meta.event_id)))
        case ServicePrepared():
            return replace(facts, technicians=tuple(event.technicians))
        case _:
            assert_never(event)


def _at_factory(facts: DispatchFacts, event: MouldReceivedAtFactory | MouldReturned, meta: Meta) -> DispatchFacts:
    match event:
        case MouldReceivedAtFactory():
            receipts = (*facts.receipts, Receipt(meta.event_id, event.received_at))
            return replace(facts, receipts=receipts, problem_confirmed_at=None)
        case MouldReturned():
            returned = with_last(facts.receipts, lambda one: replace(one, returned_at=event.shipped_at))
            return replace(facts, receipts=returned)
        case _:
            assert_never(event)


Travelled = TechnicianArrived | TechnicianDeparted | TechnicianReturned | VisitAborted


def _travelled(facts: DispatchFacts, event: Travelled, meta: Meta) -> DispatchFacts:
    match event:
        case VisitAborted():
            abort = Abort(event.reason, meta.occurred_at, meta.cycle)
            stays = with_last(facts.stays, lambda one: replace(one, is_aborted=True), lambda one: bool(one.on_site))
            return replace(
                facts, aborts=(*facts.aborts, abort), stays=stays, trial_id=None, training_id=None, refused_at=None
            )
        case TechnicianArrived():
            stay = Stay(tuple(event.people), event.arrived_at)
            return replace(facts, stays=(*facts.stays, stay), problem_confirmed_at=None)
        case TechnicianDeparted():
            left = with_last(facts.stays, lambda one: _departed(one, event, meta), lambda one: bool(one.on_site))
            return replace(facts, stays=left)
        case TechnicianReturned():
            back = with_last(facts.stays, lambda one: _returned(one, event, meta), lambda one: bool(one.under_way))
            return replace(facts, stays=back)
        case _:
            assert_never(event)


def _departed(stay: Stay, event: TechnicianDeparted, meta: Meta) -> Stay:
    """Those named left, else all; the stay is over with the last one."""
    stay = replace(stay, left=(*stay.left, *(event.people or stay.on_site)))
    return stay if stay.on_site else replace(stay, departed_at=meta.occurred_at)


def _returned(stay: Stay, event: TechnicianReturned, meta: Meta) -> Stay:
    """Those named are back, else all who left."""
    stay = replace(stay, back=(*stay.back, *(event.people or stay.under_way)))
    return stay if stay.on_site or stay.under_way else replace(stay, returned_at=meta.occurred_at)


def reopened(facts: DispatchFacts) -> DispatchFacts:
    """What stays known in a new cycle: the past of visits, plans and parts; what is to be done again is open."""
    return DispatchFacts(
        requests=facts.requests,
        stays=facts.stays,
        fault_code=facts.fault_code,
        plans=facts.plans,
        workers=facts.workers,
        trials=facts.trials,
        trainings=facts.trainings,
        receipts=facts.receipts,
        aborts=facts.aborts,
        spares=facts.spares,
        first_verified_at=facts.first_verified_at,
    )


def _asking(meta: Meta) -> frozenset[str]:
    """Who asked, and for whom: none of them may approve."""
    return frozenset(name for name in (person_of_record(meta), meta.on_behalf_of) if name is not None)
