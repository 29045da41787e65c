"""The registry of dispatch: one line a command."""

from services.dispatch import decide_acceptance as acceptance
from services.dispatch import decide_plan as plan
from services.dispatch import decide_preparation as preparation
from services.dispatch import decide_request as request
from services.dispatch import decide_stay as stay
from services.dispatch import decide_work as work
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
from shared.rules.acting import may_by_customer_or_sent, may_by_sent
from shared.rules.moulds import fault_codes, linked_mould
from shared.store.order import Command

_SIGNED = ("signature.signed_at",)
_PROVEN = ("signature.signed_at", "confirmation.at")

COMMANDS = (
    Command("RequestOnsite", OnsiteRequested, "case", request.request_onsite, request.check_request, request.customer),
    Command(
        "ApproveOnsite",
        OnsiteApproved,
        "case",
        request.approve_onsite,
        request.check_decision,
        may=request.may_decide,
    ),
    Command(
        "RejectOnsite",
        OnsiteRejected,
        "case",
        request.reject_onsite,
        request.check_decision,
        may=request.may_decide,
    ),
    Command(
        "ConfirmVisit",
        VisitConfirmed,
        "case",
        preparation.confirm_visit,
        preparation.check_visit,
        happened=("confirmed_at",),
    ),
    Command(
        "ReadSafetyRules",
        SafetyRulesRead,
        "case",
        preparation.read_safety_rules,
        preparation.check_reading,
        happened=("read_at",),
        may=preparation.may_read,
    ),
    Command(
        "PrepareService",
        ServicePrepared,
        "case",
        preparation.prepare_service,
        preparation.check_preparation,
        linked_mould,
    ),
    Command(
        "ArriveOnSite",
        TechnicianArrived,
        "case",
        stay.arrive_on_site,
        stay.check_arrival,
        happened=("arrived_at",),
        may=may_by_sent,
    ),
    Command(
        "ConfirmProblem",
        OnsiteProblemConfirmed,
        "case",
        stay.confirm_problem,
        stay.check_problem,
        fault_codes,
        may=may_by_sent,
    ),
    Command("ProposePlan", PlanProposed, "case", plan.propose_plan, plan.check_plan, may=may_by_sent),
    Command(
        "AgreePlan",
        PlanAgreed,
        "case",
        plan.agree_plan,
        plan.check_agreement,
        happened=_SIGNED,
        may=may_by_customer_or_sent,
    ),
    Command(
        "RefusePlan",
        PlanRefused,
        "case",
        plan.refuse_plan,
        plan.check_refusal,
        happened=_SIGNED,
        may=may_by_customer_or_sent,
    ),
    Command(
        "PerformWork",
        WorkPerformed,
        "case",
        work.perform_work,
        work.check_work,
        happened=("ended_at",),
        may=may_by_sent,
    ),
    Command(
        "FinishWork",
        WorkFinished,
        "case",
        work.finish_work,
        work.check_finish,
        happened=("finished_at",),
        may=may_by_sent,
    ),
    Command(
        "RecordTrialRun",
        TrialRunRecorded,
        "case",
        work.record_trial_run,
        work.check_trial,
        happened=("ended_at",),
        may=may_by_sent,
    ),
    Command(
        "VerifyService",
        ServiceVerified,
        "case",
        acceptance.verify_service,
        acceptance.check_verification,
        happened=_PROVEN,
        may=may_by_customer_or_sent,
    ),
    Command("DepartSite", TechnicianDeparted, "case", stay.depart_site, stay.check_departure, may=may_by_sent),
    Command("ReturnFromSite", TechnicianReturned, "case", stay.return_from_site, stay.check_return, may=may_by_sent),
    Command(
        "SubmitCompletionReport",
        CompletionReportSubmitted,
        "case",
        acceptance.submit_completion_report,
        acceptance.check_report,
        may=acceptance.may_report,
    ),
    Command(
        "EvaluateService",
        CustomerEvaluated,
        "case",
        acceptance.evaluate_service,
        acceptance.check_evaluation,
        happened=_PROVEN,
        may=acceptance.may_evaluate,
    ),
)
