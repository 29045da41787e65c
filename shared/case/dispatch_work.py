"""How plan, parts, work, trial run and acceptance change a case."""

from collections.abc import Callable
from typing import assert_never

from msgspec.structs import replace

from shared.case.facts.dispatch import (
    CompletionReport,
    DispatchFacts,
    Evaluation,
    Plan,
    SparePart,
    Training,
    Trial,
    Verification,
)
from shared.events.case.dispatch import (
    CompletionReportSubmitted,
    CustomerEvaluated,
    OnsiteProblemConfirmed,
    PlanAgreed,
    PlanProposed,
    PlanRefused,
    ServiceVerified,
    TrialRunRecorded,
    WorkFinished,
    WorkPerformed,
)
from shared.events.case.setbacks import (
    EvaluationDeclined,
    SignatureRefused,
    UnsignedDecided,
)
from shared.events.case.spares import SparesIssued, SparesReserved, SparesReturned
from shared.events.case.training import TrainingRecorded
from shared.events.envelope import Meta
from shared.events.vocabulary import OldPart, TrialResult, UnsignedDecision, VerificationMode


def stored(facts: DispatchFacts, event: SparesReserved | SparesIssued | SparesReturned) -> DispatchFacts:
    """What the store keeps for the case, gave out and got back, by part."""
    match event:
        case SparesReserved():
            name = "reserved"
        case SparesIssued():
            name = "issued"
        case SparesReturned():
            name = "returned"
        case _:
            assert_never(event)
    spares = facts.spares
    for part in event.parts:
        spares = _counted(spares, part.part_no, part.unit, name, part.qty)
    return replace(facts, spares=spares)


def _counted(
    spares: tuple[SparePart, ...], part_no: str, unit: str, name: str, qty: float, is_awaited: bool = False
) -> tuple[SparePart, ...]:
    """The same with so much more of a part; quantities have three decimals at most."""
    found = next((one for one in spares if one.part_no == part_no), SparePart(part_no, unit))
    changes = {name: round(getattr(found, name) + qty, 3), "is_awaited": found.is_awaited or is_awaited}
    counted = replace(found, **changes)
    return (*(one for one in spares if one.part_no != part_no), counted)


Planned = OnsiteProblemConfirmed | PlanProposed | PlanAgreed | PlanRefused


def planned(facts: DispatchFacts, event: Planned, meta: Meta) -> DispatchFacts:
    """The problem as it was seen, and the plan against it."""
    match event:
        case OnsiteProblemConfirmed():
            code = event.fault_code or facts.fault_code
            return replace(facts, problem_confirmed_at=meta.occurred_at, fault_code=code)
        case PlanProposed():
            steps = tuple(step.seq for step in event.steps)
            plan = Plan(event.plan_version, meta.event_id, steps, event.cost_effect, meta.occurred_at)
            return replace(facts, plans=(*facts.plans, plan))
        case PlanAgreed():
            agreed_at = event.signature.signed_at if event.signature is not None else meta.occurred_at
            agreed = with_last(facts.plans, lambda one: replace(one, agreed_at=agreed_at, is_refused=False))
            return replace(facts, plans=agreed, works=0)
        case PlanRefused():
            return replace(facts, plans=with_last(facts.plans, lambda one: replace(one, is_refused=True)))
        case _:
            assert_never(event)


Worked = WorkPerformed | WorkFinished | TrialRunRecorded | TrainingRecorded


def worked(facts: DispatchFacts, event: Worked, meta: Meta) -> DispatchFacts:
    """The work, and what proved it."""
    match event:
        case WorkPerformed():
            first, spares = facts.first_work_at or event.started_at, facts.spares
            for part in event.parts:
                spares = _counted(spares, part.part_no, part.unit, "used", part.qty, part.old_part is OldPart.RETURN)
            return replace(
                facts,
                works=facts.works + 1,
                workers=tuple(dict.fromkeys((*facts.workers, *event.people))),
                first_work_at=first,
                last_work_at=event.ended_at,
                spares=spares,
            )
        case WorkFinished():
            exempt = facts.photo_exempt or event.photo_exempt_reason is not None
            unproven = {"trial_id": None, "training_id": None, "refused_at": None}
            return replace(facts, finished_at=event.finished_at, photo_exempt=exempt, **unproven)
        case TrialRunRecorded():
            trial = Trial(event.trial_no, meta.event_id, event.result, event.ended_at)
            works = 0 if event.result is TrialResult.FAIL else facts.works
            return replace(facts, trials=(*facts.trials, trial), works=works, trial_id=meta.event_id)
        case TrainingRecorded():
            training = Training(meta.event_id, event.ended_at)
            return replace(facts, trainings=(*facts.trainings, training), training_id=meta.event_id)
        case _:
            assert_never(event)


Accepted = ServiceVerified | SignatureRefused | UnsignedDecided


def accepted(facts: DispatchFacts, event: Accepted, meta: Meta) -> DispatchFacts:
    """The customer's word on the result, or a supervisor's in its place."""
    match event:
        case ServiceVerified():
            return _verified(facts, event.mode, meta, is_unsigned=event.unsigned is True)
        case SignatureRefused():
            return replace(facts, refused_at=meta.occurred_at)
        case UnsignedDecided():
            if event.decision is UnsignedDecision.REDO:
                return replace(facts, refused_at=None, works=0)
            return _verified(facts, VerificationMode.ONSITE, meta, is_unsigned=True)
        case _:
            assert_never(event)


def _verified(facts: DispatchFacts, mode: VerificationMode, meta: Meta, *, is_unsigned: bool) -> DispatchFacts:
    verification = Verification(meta.event_id, mode, meta.occurred_at, is_unsigned)
    first = facts.first_verified_at or verification.verified_at
    return replace(facts, verification=verification, first_verified_at=first, refused_at=None)


Rated = CompletionReportSubmitted | CustomerEvaluated | EvaluationDeclined


def rated(facts: DispatchFacts, event: Rated, meta: Meta) -> DispatchFacts:
    """The report that was handed over, and the customer's scores."""
    match event:
        case CompletionReportSubmitted():
            report = CompletionReport(event.form, meta.occurred_at, len(event.open_issues))
            return replace(facts, report=report)
        case CustomerEvaluated():
            scores = (event.process, event.result, event.attitude, event.timeliness)
            return replace(facts, evaluation=Evaluation(meta.occurred_at, *scores))
        case EvaluationDeclined():
            return replace(facts, declined_at=meta.occurred_at)
        case _:
            assert_never(event)


def with_last[T](
    ones: tuple[T, ...], change: Callable[[T], T], is_meant: Callable[[T], bool] = lambda one: True
) -> tuple[T, ...]:
    """The same with the last one that is meant changed; nothing where there is none."""
    for index in reversed(range(len(ones))):
        if is_meant(ones[index]):
            return (*ones[:index], change(ones[index]), *ones[index + 1 :])
    return ones
