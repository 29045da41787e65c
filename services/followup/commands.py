"""The registry of follow-up: one line a command."""

from services.followup import (
    decide,
    decide_archive,
    decide_callbacks,
    decide_corrections,
    decide_escalation,
    decide_feedback,
    decide_holds,
    decide_messages,
    decide_pauses,
    decide_redress,
    decide_reopening,
)
from shared.events.case.clocks import Escalated, EscalationAcknowledged, PolicyRebased, SlaPaused, SlaResumed
from shared.events.case.followup import (
    Archived,
    CallbackAttempted,
    CallbackDone,
    CallbackScheduled,
    CallbackUnreachable,
    CaseClosed,
    CaseReopened,
    DepartmentFeedbackAcknowledged,
    DepartmentFeedbackSent,
    DocumentAttached,
    SlaBreached,
)
from shared.events.case.messages import CustomerNotified, MessageRequested
from shared.events.case.record import EventVoided, HoldLifted, HoldPlaced, RecordCorrected
from shared.events.case.redress import DisciplineRecorded, RemedyDecided, ReturnedPartAnalysed
from shared.rules.acting import may_of_quality
from shared.rules.measuring import levels_and_calendars
from shared.store.order import Command

COMMANDS = (
    Command(
        "AttachDocument",
        DocumentAttached,
        "case",
        decide_archive.attach_document,
        decide_archive.check_document,
        decide_archive.kind_of_file,
        may=decide_archive.may_attach,
    ),
    Command(
        "SendDepartmentFeedback",
        DepartmentFeedbackSent,
        "case",
        decide_feedback.send_feedback,
        decide_feedback.check_feedback,
    ),
    Command(
        "AcknowledgeDepartmentFeedback",
        DepartmentFeedbackAcknowledged,
        "case",
        decide_feedback.acknowledge_feedback,
        decide_feedback.check_answer,
        may=decide_feedback.may_acknowledge,
    ),
    Command("ArchiveCase", Archived, "case", decide_archive.archive_case, decide_archive.check_archive),
    Command("DecideRemedy", RemedyDecided, "case", decide_redress.decide_remedy, decide_redress.check_remedy),
    Command(
        "RecordDiscipline",
        DisciplineRecorded,
        "case",
        decide_redress.record_discipline,
        decide_redress.check_discipline,
        happened=("done_at",),
        may=may_of_quality,
    ),
    Command(
        "AnalyseReturnedPart",
        ReturnedPartAnalysed,
        "case",
        decide_redress.analyse_part,
        decide_redress.check_analysis,
        may=may_of_quality,
    ),
    Command(
        "ScheduleCallback",
        CallbackScheduled,
        "case",
        decide_callbacks.schedule_callback,
        decide_callbacks.check_schedule,
        is_system=True,
    ),
    Command(
        "CompleteCallback",
        CallbackDone,
        "case",
        decide_callbacks.complete_callback,
        decide_callbacks.check_callback,
        happened=("done_at",),
        may=decide_callbacks.may_call_back,
    ),
    Command("AttemptCallback", CallbackAttempted, "case", decide_callbacks.attempt_callback),
    Command("GiveUpCallback", CallbackUnreachable, "case", decide_callbacks.give_up_callback),
    Command("ReopenCase", CaseReopened, "case", decide_reopening.reopen_case, consults=decide_reopening.rules_in_force),
    Command("CloseCase", CaseClosed, "case", decide_callbacks.close_case, decide_callbacks.check_closing),
    Command(
        "PauseClocks",
        SlaPaused,
        "case",
        decide_pauses.pause_clocks,
        decide_pauses.check_pause,
        levels_and_calendars,
        may=decide_pauses.may_pause,
    ),
    Command("ResumeClocks", SlaResumed, "case", decide_pauses.resume_clocks, decide_pauses.check_resumption),
    Command(
        "RebasePolicy",
        PolicyRebased,
        "case",
        decide_pauses.rebase_policy,
        decide_pauses.check_rebase,
        levels_and_calendars,
    ),
    Command(
        "Escalate", Escalated, "case", decide_escalation.escalate, decide_escalation.check_escalation, is_system=True
    ),
    Command(
        "AcknowledgeEscalation",
        EscalationAcknowledged,
        "case",
        decide_escalation.take_up,
        may=decide_escalation.may_take_up,
    ),
    Command("RequestMessage", MessageRequested, "case", decide_messages.request_message),
    Command(
        "NotifyCustomer",
        CustomerNotified,
        "case",
        decide_messages.notify_customer,
        decide_messages.check_notification,
    ),
    Command(
        "CorrectRecord",
        RecordCorrected,
        "case",
        decide_corrections.correct_record,
        decide_corrections.check_correction,
        may=decide_corrections.may_correct,
        looks_back=decide_corrections.target,
        finds=decide_corrections.named_by_new_value,
    ),
    Command(
        "VoidEvent",
        EventVoided,
        "case",
        decide_corrections.void_event,
        decide_corrections.check_voiding,
        looks_back=decide_corrections.target,
    ),
    Command("PlaceHold", HoldPlaced, "case", decide_holds.place_hold, decide_holds.check_hold),
    Command("LiftHold", HoldLifted, "case", decide_holds.lift_hold),
    Command("FlagBreach", SlaBreached, "case", decide.flag_breach, consults=levels_and_calendars, is_system=True),
)
