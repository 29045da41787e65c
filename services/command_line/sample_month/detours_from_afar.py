"""The ways that leave the service from afar: duplicates, transfers, corrections, complaints, calls in vain."""

from msgspec.structs import replace

from services.command_line.sample_month import pace
from services.command_line.sample_month.bodies import ending, setbacks, triage, unplanned
from services.command_line.sample_month.bodies import intake as intake_bodies
from services.command_line.sample_month.detour import Detour
from services.command_line.sample_month.pace import next_day, soon, working
from services.command_line.sample_month.steps import Step


def _again(suffix: str, *steps: Step) -> tuple[Step, ...]:
    """The same steps under other names."""
    return tuple(replace(step, name=f"{step.name}_{suffix}") for step in steps)


_DESK, _BOSS = "specialist", "supervisor"
_MARKED = Step("marked_duplicate", working(5, 30), _DESK, "MarkDuplicate", unplanned.marked_duplicate)
_UNMARKED = Step("unmarked_duplicate", working(60, 200), _BOSS, "UnmarkDuplicate", unplanned.unmarked_duplicate)
_TRANSFERRED = Step("transferred", working(10, 60), _DESK, "TransferCase", unplanned.transferred)
_RETURNED = Step(
    "transfer_returned", working(60, 300), "production-desk", "ReturnTransfer", unplanned.transfer_returned
)
_CANCELLED = Step("cancelled", working(30, 200), _DESK, "CancelCase", unplanned.cancelled)
_IN_ERROR = Step("reopened_in_error", working(60, 200), _BOSS, "ReopenCase", unplanned.reopened_in_error)
_ANSWERED = Step("acknowledged_again", soon(5, 15), _DESK, "AcknowledgeCase", intake_bodies.acknowledged_again)
QUOTED = Step("quoted", working(30, 120), "sales", "IssueQuotation", unplanned.quoted)
_DECLINED = Step("quotation_decided", working(60, 300), _DESK, "DecideQuotation", unplanned.quotation_refused)
_BY_POST = (
    Step("spare_asked", working(10, 40), _DESK, "RequestConsultation", triage.consultation_requested),
    Step("spare_recommended", working(40, 120), "engineer", "HoldConsultation", triage.spare_recommended),
    Step("shipped", working(60, 200), _DESK, "ShipSpare", unplanned.shipped),
    Step("spare_received", next_day(2, 3), _DESK, "ReceiveSpare", unplanned.received_spare),
)
_TRAINED = Step("trained", working(70, 200), _DESK, "RecordTraining", unplanned.trained)
_PAUSED = (
    Step("paused", working(10, 60), _DESK, "PauseClocks", unplanned.paused),
    Step("resumed", next_day(1, 1), _DESK, "ResumeClocks", unplanned.resumed),
)
_MESSAGED = (
    Step("message_requested", working(10, 60), _DESK, "RequestMessage", unplanned.message_requested),
    Step("message_sent", soon(2, 10), _DESK, "NotifyCustomer", unplanned.message_sent),
)
_MANAGED = (
    Step("reassigned", working(20, 60), _BOSS, "ReassignCase", unplanned.reassigned),
    Step("reclassified", working(20, 60), _DESK, "Reclassify", unplanned.reclassified),
    Step("rebased", working(20, 60), _BOSS, "RebasePolicy", unplanned.rebased),
)
_CORRECTED = (
    Step("corrected", working(20, 60), _BOSS, "CorrectRecord", unplanned.corrected),
    Step("told_wrong_case", working(20, 60), _DESK, "NotifyCustomer", unplanned.told_wrong_case),
    Step("voided", working(20, 60), _BOSS, "VoidEvent", unplanned.voided),
)
_REMEDIED = (
    Step("remedy_refused", working(60, 200), _BOSS, "DecideRemedy", setbacks.remedy_refused),
    Step("remedy_granted", next_day(1, 2), "deputy", "DecideRemedy", setbacks.remedy_granted),
)
_KEPT = (
    Step("held", working(60, 200), _BOSS, "PlaceHold", setbacks.held),
    Step("audited", working(60, 200), "auditor", "AddAuditNote", setbacks.audited),
    Step("lifted", next_day(2, 3), _BOSS, "LiftHold", setbacks.lifted),
)
_UNREACHED = (
    Step("tried_by_phone", pace.after_verification(7, 0), _DESK, "AttemptCallback", setbacks.unanswered_by_phone),
    Step("tried_again", working(60, 120), _DESK, "AttemptCallback", setbacks.unanswered_by_phone),
    Step("tried_by_mail", next_day(1, 1), _DESK, "AttemptCallback", setbacks.unanswered_by_mail),
    Step("given_up", working(60, 120), _DESK, "GiveUpCallback", setbacks.given_up),
)


def _cycle(suffix: str) -> tuple[Step, ...]:
    """Opened again after a call-back and served from afar once more."""
    return _again(
        suffix,
        Step("reopened", working(20, 90), _DESK, "ReopenCase", setbacks.reopened),
        Step("acknowledged", soon(5, 15), _DESK, "AcknowledgeCase", intake_bodies.acknowledged_again),
        Step("remote_resolved", working(50, 300), "engineer", "LogRemoteSession", triage.remote_resolved),
        Step("verified", working(60, 500), _DESK, "VerifyService", ending.verified_remote),
        Step("reported", working(15, 90), _DESK, "SubmitCompletionReport", ending.reported),
        Step("evaluated", working(30, 400), _DESK, "EvaluateService", ending.evaluated_remote),
        Step("record_attached", working(20, 120), _DESK, "AttachDocument", ending.record_attached),
        Step("report_attached", soon(1, 5), _DESK, "AttachDocument", ending.report_attached),
        Step("log_attached", soon(1, 5), _DESK, "AttachDocument", ending.log_attached),
        Step("archived", working(10, 200), _DESK, "ArchiveCase", ending.archived),
    )


_CALLED = Step("called", pace.after_verification(7, 0), _DESK, "CompleteCallback", ending.called_after_a_week)
_UNHAPPY = Step(
    "called_unhappy", pace.after_verification(7, 0), _DESK, "CompleteCallback", ending.called_by_dissatisfied
)
DETOURS_FROM_AFAR: dict[str, Detour] = {
    "duplicate": Detour(after={"acknowledged": (_MARKED,)}, ends="acknowledged"),
    "unmarked": Detour(after={"acknowledged": (_MARKED, _UNMARKED)}),
    "transferred_away": Detour(after={"acknowledged": (_TRANSFERRED,)}, ends="acknowledged"),
    "transferred": Detour(after={"acknowledged": (_TRANSFERRED, _RETURNED)}),
    "cancelled": Detour(after={"warranty": (_CANCELLED,)}, ends="warranty"),
    "cancelled_in_error": Detour(after={"acknowledged": (_CANCELLED, _IN_ERROR, _ANSWERED)}),
    "waived": Detour(
        after={"acknowledged": (Step("waived", working(60, 200), _BOSS, "WaiveInformation", unplanned.waived),)}
    ),
    "quotation_refused": Detour(after={"warranty": (QUOTED, _DECLINED, _CANCELLED)}, ends="warranty"),
    "spare_by_post": Detour(after={"warranty": _BY_POST}),
    "training": Detour(after={"remote_resolved": (_TRAINED,)}),
    "paused": Detour(after={"warranty": _PAUSED}),
    "messaged": Detour(after={"warranty": _MESSAGED}),
    "managed": Detour(after={"warranty": _MANAGED}),
    "corrected": Detour(after={"warranty": _CORRECTED}),
    "complaint": Detour(after={"remote_resolved": _REMEDIED}),
    "kept": Detour(after={"archived": _KEPT}),
    "unreachable": Detour(instead={"called_after_a_week": _UNREACHED}, ends="called_after_a_week"),
    "reopened": Detour(
        instead={"called_after_a_week": (_UNHAPPY, *_cycle("2"), replace(_CALLED, name="called_2"))},
        ends="called_after_a_week",
    ),
    "reopened_twice": Detour(
        instead={
            "called_after_a_week": (
                _UNHAPPY,
                *_cycle("2"),
                replace(_UNHAPPY, name="called_unhappy_2"),
                *_cycle("3"),
                replace(_CALLED, name="called_3"),
            )
        },
        ends="called_after_a_week",
    ),
}
"""By the turn that takes them."""
