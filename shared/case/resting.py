"""Whether a stream of events still holds together: each allowed where it stands, and resting on what it needs. Pure.

It asks what the rules asked of the case alone when the events were decided; not what they asked of other aggregates,
of the clock or of the person who acted.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from shared.case.effective import Told, event_of
from shared.case.fold import fold
from shared.case.lifecycle import transition
from shared.case.state import Case, last_trial, newest_plan, stay_to_leave, stay_to_return_from
from shared.events.vocabulary import TrialResult, VerificationMode


class Break(Struct, frozen=True):
    """An event that no longer holds: it is not allowed in the state it meets, or what it rests on is gone."""

    event_id: str
    type: str


def breaks(counting: Iterable[Told]) -> frozenset[Break]:
    """The events of an effective stream that do not hold. Raises: UnknownEventType, ValueError."""
    counting = list(counting)
    ids = {one.meta.event_id for one in counting}
    found, case = set[Break](), Case()
    for one in counting:
        event = event_of(one)
        if not _holds(case, one, event) or not _named_by(one.fields) <= ids:
            found.add(Break(one.meta.event_id, one.meta.type))
        case = fold(case, event, one.meta)
    return frozenset(found)


def _holds(case: Case, one: Told, event: Any) -> bool:
    needs = _RESTS_ON.get(one.meta.type)
    return transition(one.meta.type, case.state, event) is not None and (needs is None or needs(case, event))


def _named_by(fields: Mapping[str, Any]) -> set[str]:
    """The events that an event names by their ids."""
    named = (value for name, value in fields.items() if name.endswith("event_id") or name == "consultation_ref")
    return {value for value in named if isinstance(value, str)}.union(fields.get("safety_read") or ())


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
