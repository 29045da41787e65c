"""The registry of follow-up: one line a command."""

from services.followup import (
    decide,
    decide_archive,
    decide_callbacks,
    decide_corrections,
    decide_feedback,
    decide_holds,
)
from shared.events.case.followup import (
    Archived,
    CallbackDone,
    CallbackScheduled,
    CaseClosed,
    DepartmentFeedbackAcknowledged,
    DepartmentFeedbackSent,
    DocumentAttached,
    SlaBreached,
)
from shared.events.case.record import EventVoided, HoldLifted, HoldPlaced, RecordCorrected
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
    ),
    Command("CloseCase", CaseClosed, "case", decide_callbacks.close_case, decide_callbacks.check_closing),
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
    Command("FlagBreach", SlaBreached, "case", decide.flag_breach, consults=decide.service_levels, is_system=True),
)
