"""What an event asks of its aggregate beside the state: a guess of who chooses the next command, not a rule."""

from collections.abc import Callable
from typing import Any

from shared.case.state import (
    Case,
    is_known,
    is_return,
    mould_at_factory,
    newest_plan,
    report_of,
    scope_of,
    stay_to_leave,
    stay_to_return_from,
    urgency_of,
)
from shared.clocks.callbacks import is_dissatisfied, is_unreachable, unmade, unscheduled
from shared.events.shapes import Unknown
from shared.events.vocabulary import CaseState, Charge, Scope, Urgency
from shared.masters.improvement import FLOW, Improvement
from shared.masters.mould import Mould
from shared.masters.report import Report
from shared.masters.staff import Staff

_STANDING = {"QualityReportReviewed": ("DRAFTED", "REVIEWED"), "QualityReportIssued": ("REVIEWED",)}


def _is_proven(case: Case) -> bool:
    facts = case.dispatch
    return (facts.training_id if scope_of(case) is Scope.TRAINING else facts.trial_id) is not None


def _to_sign(case: Case) -> bool:
    plan = newest_plan(case)
    return plan is not None and plan.agreed_at is None and case.dispatch.problem_confirmed_at is not None


def _to_propose(case: Case) -> bool:
    return case.dispatch.problem_confirmed_at is not None and not _to_sign(case)


def _is_paused(case: Case) -> bool:
    return any(one.to is None for one in case.followup.pauses)


def _is_reconciled(case: Case) -> bool:
    return all(not one.issued or one.issued == one.used + one.returned for one in case.dispatch.spares)


def _to_archive(case: Case) -> bool:
    is_away = any(stay.returned_at is None for stay in case.dispatch.stays)
    return not is_away and not _is_paused(case) and _is_reconciled(case)


def _to_close(case: Case) -> bool:
    return not (unscheduled(case) or unmade(case)) and not is_dissatisfied(case)


def _given_up(case: Case) -> bool:
    return any(is_unreachable(one.attempts) for one in case.followup.callbacks if one.is_open)


def _to_ship(case: Case) -> bool:
    return case.triage.problem_type == "WEAR_PART" and _is_answered(case)


def _to_quote(case: Case) -> bool:
    warranty = case.triage.warranty
    return warranty is not None and warranty.charge is not Charge.FREE and len(case.triage.quotations) < 2


def _is_answered(case: Case) -> bool:
    """What is urgent is worked on once the customer has heard from us."""
    return case.intake.acknowledged_at is not None or urgency_of(case) is not Urgency.URGENT


def _is_told(case: Case) -> bool:
    report = report_of(case)
    return is_known(report.mould_model) or is_known(report.order_no) or bool(case.intake.waived)


_ASKED: dict[str, Callable[[Case], bool]] = {
    "InfoSupplemented": lambda case: isinstance(report_of(case).mould_spec, Unknown),
    "InformationWaived": lambda case: isinstance(report_of(case).mould_model, Unknown) and not case.intake.waived,
    "CaseAcknowledged": lambda case: case.intake.acknowledged_at is None,
    "Classified": _is_told,
    "RemoteSessionLogged": _is_answered,
    "ConsultationRequested": _is_answered,
    "OnsiteRequested": _is_answered,
    "QuotationIssued": _to_quote,
    "QuotationDecided": lambda case: any(one.is_accepted is None for one in case.triage.quotations),
    "ConsultationHeld": lambda case: any(one.held_at is None for one in case.triage.consultations),
    "SpareShipped": _to_ship,
    "SpareReceived": lambda case: any(one.received_at is None for one in case.triage.shipments),
    "SparesReturned": lambda case: any(one.issued > one.used + one.returned for one in case.dispatch.spares),
    "VisitConfirmed": lambda case: not is_return(case) and case.dispatch.visit_at is None,
    "SafetyRulesRead": lambda case: not is_return(case) and len(case.dispatch.readings) < 2,
    "ServicePrepared": lambda case: is_return(case) or bool(case.dispatch.visit_at and case.dispatch.readings),
    "TechnicianArrived": lambda case: not is_return(case),
    "MouldReceivedAtFactory": is_return,
    "MouldReturned": lambda case: mould_at_factory(case) is not None and _returns(case),
    "OnsiteProblemConfirmed": lambda case: case.dispatch.problem_confirmed_at is None,
    "PlanProposed": _to_propose,
    "PlanAgreed": _to_sign,
    "PlanRefused": _to_sign,
    "WorkPerformed": lambda case: not case.dispatch.works,
    "WorkFinished": lambda case: case.dispatch.works > 0,
    "TrialRunRecorded": lambda case: not _is_proven(case),
    "TrainingRecorded": lambda case: scope_of(case) is Scope.TRAINING and not case.dispatch.training_id,
    "ServiceVerified": lambda case: case.state is CaseState.REMOTE_RESOLVED or _to_verify(case),
    "SignatureRefused": lambda case: _is_proven(case) and case.dispatch.refused_at is None,
    "UnsignedDecided": lambda case: case.dispatch.refused_at is not None,
    "TechnicianDeparted": lambda case: stay_to_leave(case) is not None,
    "TechnicianReturned": lambda case: stay_to_return_from(case) is not None,
    "CompletionReportSubmitted": lambda case: case.dispatch.report is None,
    "CustomerEvaluated": lambda case: case.dispatch.report is not None,
    "EvaluationDeclined": lambda case: case.dispatch.report is not None,
    "DepartmentFeedbackAcknowledged": lambda case: any(not one.acknowledged_at for one in case.followup.feedback),
    "RemedyDecided": lambda case: report_of(case).remedy_requested is not None and len(case.followup.remedies) < 2,
    "ReturnedPartAnalysed": lambda case: any(one.returned or one.is_awaited for one in case.dispatch.spares),
    "Archived": _to_archive,
    "CallbackAttempted": lambda case: bool(unmade(case)) and not _given_up(case),
    "CallbackDone": lambda case: bool(unmade(case)),
    "CallbackUnreachable": _given_up,
    "CaseClosed": _to_close,
    "SlaPaused": lambda case: not _is_paused(case) and case.dispatch.verification is None,
    "SlaResumed": _is_paused,
    "EscalationAcknowledged": lambda case: any(not one.acknowledged_at for one in case.followup.escalations),
    "HoldPlaced": lambda case: not case.followup.is_held,
    "HoldLifted": lambda case: case.followup.is_held,
    "EventVoided": lambda case: bool(case.analytics.audit_notes),
}


def _returns(case: Case) -> bool:
    return case.state is not CaseState.WORK_DONE or _is_proven(case)


def _to_verify(case: Case) -> bool:
    return _is_proven(case) and mould_at_factory(case) is None


def seems_ready(event: str, state: Any) -> bool:
    """Whether the event is likely taken in this state of its aggregate; None stands for one that is opened."""
    match state:
        case Case():
            asked = _ASKED.get(event)
            return asked is None or asked(state)
        case Improvement():
            return state.state in FLOW[event] and _worked(event, state)
        case Report():
            return state.draft is not None and state.standing in _STANDING[event]
        case Mould():
            return state.registered is not None and not state.is_scrapped
        case Staff():
            return event != "DelegateRevoked" or bool(state.delegations)
    return True


def _worked(event: str, improvement: Improvement) -> bool:
    match event:
        case "ImprovementClosed":
            return improvement.is_effective is True
        case "SlaBreached" | "Escalated":
            return False
        case "EscalationAcknowledged":
            return any(one.acknowledged_at is None for one in improvement.escalations)
    return True
