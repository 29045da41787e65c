"""Whether a stream of events still holds together: each allowed where it stands, and resting on what it needs. Pure.

It asks what the rules asked of the case alone when the events were decided; not what they asked of other aggregates,
of the clock or of the person who acted.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from shared.case.effective import Told, event_of
from shared.case.fold import fold
from shared.case.lifecycle import transition
from shared.case.state import Case, last_trial, newest_plan, stay_to_leave, stay_to_return_from
from shared.events.catalogue import EVENTS
from shared.events.vocabulary import TrialResult, VerificationMode


class Revision(Struct, frozen=True):
    """What comes of counting otherwise: the case then, and the events that held before and hold no longer.

    Such an event is not allowed in the state it meets, or what it rests on is gone.
    """

    case: Case
    broken: Sequence[Told]


def revision(before: Sequence[Told], after: Sequence[Told]) -> Revision:
    """One effective stream beside another of the same case. Raises: UnknownEventType, ValueError.

    Up to where they part both are one, and nothing breaks anew there.
    """
    ids = {one.meta.event_id for one in before}
    kept = {one.meta.event_id for one in after}
    apart, begun = _parting(before, after, ids - kept), Case()
    for one in before[:apart]:
        begun = fold(begun, event_of(one), one.meta)
    case, broken = _walked(begun, after[apart:], kept)
    if broken:  # seldom: only then it matters what was broken already
        known = {one.meta.event_id for one in _walked(begun, before[apart:], ids)[1]}
        broken = [one for one in broken if one.meta.event_id not in known]
    return Revision(case, broken)


def _parting(before: Sequence[Told], after: Sequence[Told], lost: set[str]) -> int:
    """The first place where two streams differ, or name what only the first one has."""
    for place, (one, other) in enumerate(zip(before, after, strict=False)):
        if (one is not other and one != other) or (lost and lost & _named_by(one)):
            return place
    return min(len(before), len(after))


def _walked(case: Case, events: Sequence[Told], ids: set[str]) -> tuple[Case, list[Told]]:
    """The case after more events, and those of them that do not hold; `ids` are of all that count."""
    broken = []
    for one in events:
        event = event_of(one)
        if not _holds(case, one, event) or not _named_by(one) <= ids:
            broken.append(one)
        case = fold(case, event, one.meta)
    return case, broken


def _holds(case: Case, one: Told, event: Any) -> bool:
    needs = _RESTS_ON.get(one.meta.type)
    return transition(one.meta.type, case.state, event) is not None and (needs is None or needs(case, event))


def _named_by(one: Told) -> set[str]:
    """The events that an event names by their ids."""
    found = set[str]()
    for name in _naming(one.meta.type):
        value = one.fields.get(name)
        found.update((value,) if isinstance(value, str) else value or ())
    return found


@cache
def _naming(type: str) -> tuple[str, ...]:
    """The fields of an event that hold ids of events."""
    fields = EVENTS[type].__struct_fields__
    return tuple(name for name in fields if name.endswith("event_id") or name in ("consultation_ref", "safety_read"))


def _plan(case: Case, event: Any) -> bool:
    plan = newest_plan(case)
    return plan is not None and plan.version == event.plan_version


def _agreed(case: Case, event: Any) -> bool:
    plan = newest_plan(case)
    return plan is not None and plan.agreed_at is not None


def _prepared(case: Case, event: Any) -> bool:
    read = {one.user for one in case.dispatch.readings}
    return case.dispatch.visit_at is not None and read.issuperset(event.technicians)


def _verified(case: Case, event: Any) -> bool:
    trial = last_trial(case)
    if event.mode is VerificationMode.REMOTE or trial is None:
        return event.mode is VerificationMode.REMOTE
    return trial.result is not TrialResult.FAIL


def _called(case: Case, event: Any) -> bool:
    return any(one.point is event.point and one.is_open for one in case.followup.callbacks)


def _quoted(case: Case, event: Any) -> bool:
    quotations = case.triage.quotations
    return any(one.is_accepted is None and event.quote_no in (None, one.quote_no) for one in quotations)


def _raised(case: Case, event: Any) -> bool:
    escalations = case.followup.escalations
    return any((one.clock, one.level) == (event.clock, event.level) for one in escalations)


_RESTS_ON: dict[str, Callable[[Case, Any], bool]] = {
    "ConsultationHeld": lambda case, event: any(one.held_at is None for one in case.triage.consultations),
    "QuotationDecided": _quoted,
    "SpareReceived": lambda case, event: any(one.received_at is None for one in case.triage.shipments),
    "DuplicateReleased": lambda case, event: event.from_case_id in {one.case_id for one in case.intake.absorbed},
    "ServicePrepared": _prepared,
    "PlanProposed": lambda case, event: case.dispatch.problem_confirmed_at is not None,
    "PlanAgreed": _plan,
    "PlanRefused": _plan,
    "WorkPerformed": _agreed,
    "WorkFinished": lambda case, event: case.dispatch.works > 0,
    "MouldReturned": lambda case, event: any(one.returned_at is None for one in case.dispatch.receipts),
    "ServiceVerified": _verified,
    "UnsignedDecided": lambda case, event: case.dispatch.refused_at is not None,
    "TechnicianDeparted": lambda case, event: stay_to_leave(case) is not None,
    "TechnicianReturned": lambda case, event: stay_to_return_from(case) is not None,
    "CustomerEvaluated": lambda case, event: case.dispatch.report is not None,
    "EvaluationDeclined": lambda case, event: case.dispatch.report is not None,
    "CallbackAttempted": _called,
    "CallbackDone": _called,
    "CallbackUnreachable": _called,
    "SlaResumed": lambda case, event: any(one.to is None for one in case.followup.pauses),
    "EscalationAcknowledged": _raised,
    "HoldLifted": lambda case, event: case.followup.is_held,
}
"""What an event needs of the case before it, besides its state."""
