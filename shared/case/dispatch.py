"""How the facts of a visit change a case."""

from collections.abc import Callable
from typing import assert_never

from msgspec.structs import replace

from shared.case.state import (
    CompletionReport,
    DispatchFacts,
    Evaluation,
    OnsiteRequest,
    Plan,
    Reading,
    Stay,
    Trial,
    Verification,
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
from shared.events.catalogue import DispatchEvent
from shared.events.envelope import Meta, person_of_record
from shared.events.vocabulary import TrialResult


def fold(facts: DispatchFacts, event: DispatchEvent, meta: Meta) -> DispatchFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case OnsiteRequested() | OnsiteApproved() | OnsiteRejected() | VisitConfirmed() | SafetyRulesRead():
            return _leading_up(facts, event, meta)
        case ServicePrepared():
            return replace(facts, technicians=tuple(event.technicians))
        case TechnicianArrived() | TechnicianDeparted() | TechnicianReturned():
            return _travelled(facts, event, meta)
        case OnsiteProblemConfirmed():
            code = event.fault_code or facts.fault_code
            return replace(facts, problem_confirmed_at=meta.occurred_at, fault_code=code)
        case PlanProposed() | PlanAgreed() | PlanRefused():
            return _planned(facts, event, meta)
        case WorkPerformed() | WorkFinished() | TrialRunRecorded():
            return _worked(facts, event, meta)
        case ServiceVerified():
            return replace(facts, verification=Verification(meta.event_id, event.mode, meta.occurred_at))
        case CompletionReportSubmitted():
            report = CompletionReport(event.form, meta.occurred_at, len(event.open_issues))
            return replace(facts, report=report)
        case CustomerEvaluated():
            scores = (event.process, event.result, event.attitude, event.timeliness)
            return replace(facts, evaluation=Evaluation(meta.occurred_at, *scores))
        case _:
            assert_never(event)


LeadingUp = OnsiteRequested | OnsiteApproved | OnsiteRejected | VisitConfirmed | SafetyRulesRead


def _leading_up(facts: DispatchFacts, event: LeadingUp, meta: Meta) -> DispatchFacts:
    match event:
        case OnsiteRequested():
            asked = OnsiteRequest(meta.event_id, _asking(meta), meta.occurred_at, event.reason, event.zone)
            return replace(facts, requests=(*facts.requests, asked))
        case OnsiteApproved():
            approved = _last(facts.requests, lambda one: replace(one, decided_at=meta.occurred_at, is_approved=True))
            return replace(facts, requests=approved, visit_at=None, readings=(), technicians=())
        case OnsiteRejected():
            return replace(facts, requests=_last(facts.requests, lambda one: replace(one, decided_at=meta.occurred_at)))
        case VisitConfirmed():
            return replace(facts, visit_at=event.visit_at)
        case SafetyRulesRead():
            return replace(facts, readings=(*facts.readings, Reading(person_of_record(meta), meta.event_id)))
        case _:
            assert_never(event)


def _travelled(
    facts: DispatchFacts, event: TechnicianArrived | TechnicianDeparted | TechnicianReturned, meta: Meta
) -> DispatchFacts:
    match event:
        case TechnicianArrived():
            stay = Stay(tuple(event.people), event.arrived_at)
            return replace(facts, stays=(*facts.stays, stay), problem_confirmed_at=None)
        case TechnicianDeparted():
            return replace(facts, stays=_last(facts.stays, lambda one: _departed(one, event, meta)))
        case TechnicianReturned():
            return replace(facts, stays=_last(facts.stays, lambda one: _returned(one, event, meta)))
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


def _planned(facts: DispatchFacts, event: PlanProposed | PlanAgreed | PlanRefused, meta: Meta) -> DispatchFacts:
    match event:
        case PlanProposed():
            steps = tuple(step.seq for step in event.steps)
            plan = Plan(event.plan_version, meta.event_id, steps, event.cost_effect, meta.occurred_at)
            return replace(facts, plans=(*facts.plans, plan))
        case PlanAgreed():
            agreed_at = event.signature.signed_at if event.signature is not None else meta.occurred_at
            agreed = _last(facts.plans, lambda one: replace(one, agreed_at=agreed_at, is_refused=False))
            return replace(facts, plans=agreed, works=0)
        case PlanRefused():
            return replace(facts, plans=_last(facts.plans, lambda one: replace(one, is_refused=True)))
        case _:
            assert_never(event)


def _worked(facts: DispatchFacts, event: WorkPerformed | WorkFinished | TrialRunRecorded, meta: Meta) -> DispatchFacts:
    match event:
        case WorkPerformed():
            first = facts.first_work_at or event.started_at
            return replace(facts, works=facts.works + 1, first_work_at=first, last_work_at=event.ended_at)
        case WorkFinished():
            exempt = facts.photo_exempt or event.photo_exempt_reason is not None
            return replace(facts, finished_at=event.finished_at, photo_exempt=exempt)
        case TrialRunRecorded():
            trial = Trial(event.trial_no, meta.event_id, event.result, event.ended_at)
            works = 0 if event.result is TrialResult.FAIL else facts.works
            return replace(facts, trials=(*facts.trials, trial), works=works)
        case _:
            assert_never(event)


def _asking(meta: Meta) -> frozenset[str]:
    """Who asked, and for whom: none of them may approve."""
    return frozenset(name for name in (person_of_record(meta), meta.on_behalf_of) if name is not None)


def _last[T](ones: tuple[T, ...], change: Callable[[T], T]) -> tuple[T, ...]:
    """The same with the last one changed; nothing where there is none."""
    return (*ones[:-1], change(ones[-1])) if ones else ones
