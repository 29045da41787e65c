"""The commands of a service under way, until it is accepted and rated; one line a command."""

from services.dispatch import decide_acceptance as acceptance
from services.dispatch import decide_plan as plan
from services.dispatch import decide_request as request
from services.dispatch import decide_return as factory
from services.dispatch import decide_stay as stay
from services.dispatch import decide_training as training
from services.dispatch import decide_verification as verification
from services.dispatch import decide_work as work
from shared.events.case.dispatch import (
    CompletionReportSubmitted,
    CustomerEvaluated,
    OnsiteProblemConfirmed,
    PlanAgreed,
    PlanProposed,
    PlanRefused,
    ServiceVerified,
    TechnicianArrived,
    TechnicianDeparted,
    TechnicianReturned,
    TrialRunRecorded,
    WorkFinished,
    WorkPerformed,
)
from shared.events.case.factory import MouldReceivedAtFactory, MouldReturned
from shared.events.case.setbacks import EvaluationDeclined, SignatureRefused, UnsignedDecided, VisitAborted
from shared.events.case.training import TrainingRecorded
from shared.rules.acting import may_by_customer_or_sent, may_by_sent
from shared.rules.calendars import the_calendar
from shared.rules.moulds import fault_codes
from shared.store.order import Command

_SIGNED = ("signature.signed_at",)
_PROVEN = ("signature.signed_at", "confirmation.at")

DURING = (
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
        "ReceiveMould",
        MouldReceivedAtFactory,
        "case",
        factory.receive_mould,
        factory.check_receipt,
        happened=("received_at",),
        may=may_by_sent,
    ),
    Command(
        "ReturnMould",
        MouldReturned,
        "case",
        factory.return_mould,
        factory.check_shipping,
        happened=("shipped_at",),
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
        "RecordTraining",
        TrainingRecorded,
        "case",
        training.record_training,
        training.check_training,
        happened=("ended_at",),
        may=training.may_train,
    ),
    Command(
        "VerifyService",
        ServiceVerified,
        "case",
        verification.verify_service,
        verification.check_verification,
        the_calendar,
        happened=_PROVEN,
        may=verification.may_verify,
    ),
    Command(
        "RefuseSignature",
        SignatureRefused,
        "case",
        verification.refuse_signature,
        verification.check_refused_signature,
        may=may_by_sent,
    ),
    Command(
        "DecideUnsigned",
        UnsignedDecided,
        "case",
        verification.decide_unsigned,
        verification.check_unsigned,
        may=request.may_decide,
    ),
    Command(
        "AbortVisit",
        VisitAborted,
        "case",
        stay.abort_visit,
        stay.check_abort,
        may=may_by_sent,
    ),
    Command("DepartSite", TechnicianDeparted, "case", stay.depart_site, stay.check_departure, may=stay.may_travel),
    Command(
        "ReturnFromSite", TechnicianReturned, "case", stay.return_from_site, stay.check_return, may=stay.may_travel
    ),
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
    Command(
        "DeclineEvaluation",
        EvaluationDeclined,
        "case",
        acceptance.decline_evaluation,
    ),
)
