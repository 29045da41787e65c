"""The ways of a case that leave the two usual ones: what comes in after a step, in its place, or at its end.

Each case takes one of them at most; its name is a turn of the tale.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from services.command_line.sample_month import pace
from services.command_line.sample_month.bodies import ending, setbacks, triage, unplanned, visit, work
from services.command_line.sample_month.bodies import intake as intake_bodies
from services.command_line.sample_month.pace import next_day, soon, working
from services.command_line.sample_month.steps import SENT, Step
from services.command_line.sample_month.tale import Tale


class Detour(Struct, frozen=True):
    """`after` and `instead` name usual steps and what follows them or takes their place; `ends` after which it ends."""

    after: Mapping[str, tuple[Step, ...]] = {}
    instead: Mapping[str, tuple[Step, ...]] = {}
    ends: str = ""


def taken(tale: Tale, usual: Iterable[Step]) -> Iterator[Step]:
    """The usual steps with what this case has otherwise."""
    detour = next((found for turn, found in DETOURS.items() if tale.takes(turn)), Detour())
    for step in usual:
        yield from detour.instead.get(step.name, (step,))
        yield from detour.after.get(step.name, ())
        if step.name == detour.ends:
            return


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
_QUOTED = Step("quoted", working(30, 120), "sales", "IssueQuotation", unplanned.quoted)
_ACCEPTED = Step("quotation_decided", working(60, 300), _DESK, "DecideQuotation", unplanned.quotation_accepted)
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
_REQUESTED = Step("requested_again", working(10, 60), _DESK, "RequestOnsite", visit.requested)
_TWICE = (
    Step("rejected", working(30, 120), _BOSS, "RejectOnsite", visit.rejected),
    _REQUESTED,
    Step("rejected_again", working(30, 120), "deputy", "RejectOnsite", visit.rejected),
    Step("taken_up", working(20, 60), _BOSS, "AcknowledgeEscalation", setbacks.taken_up),
    replace(_REQUESTED, name="requested_once_more"),
)
_CONFIRMED = Step("confirmed_again", working(20, 100), _DESK, "ConfirmVisit", visit.confirmed)
_READY = Step("prepared_again", working(20, 100), _DESK, "PrepareService", visit.prepared)
_MOVED = (
    Step("rescheduled", working(20, 60), _DESK, "RescheduleVisit", setbacks.rescheduled),
    _CONFIRMED,
    _READY,
)
_ABORTED = (
    Step("aborted", soon(20, 60), SENT, "AbortVisit", setbacks.aborted),
    Step("departed_early", soon(5, 20), SENT, "DepartSite", ending.departed),
    Step("returned_early", next_day(1, 1), SENT, "ReturnFromSite", ending.departed),
    Step("reserved", working(10, 60), _DESK, "ReserveSpares", setbacks.reserved),
    _REQUESTED,
    Step("approved_again", working(20, 100), _BOSS, "ApproveOnsite", visit.approved),
    Step("issued", working(20, 100), _BOSS, "IssueSpares", setbacks.issued),
    _CONFIRMED,
    Step("rules_read_again", working(10, 60), SENT, "ReadSafetyRules", visit.rules_read),
    _READY,
    Step("arrived_again", pace.at_the_visit, SENT, "ArriveOnSite", visit.arrived),
    Step("problem_confirmed_again", soon(10, 30), SENT, "ConfirmProblem", work.problem_confirmed),
    Step("planned_again", soon(15, 40), SENT, "ProposePlan", work.planned),
    Step("agreed_again", soon(10, 30), SENT, "AgreePlan", work.agreed),
)
_BACK = (
    Step("brought_back", soon(5, 20), SENT, "ReturnSpares", setbacks.brought_back),
    Step("contained", next_day(1, 1), _DESK, "RecordDiscipline", setbacks.contained),
    Step("cause_found", working(20, 100), "quality", "RecordDiscipline", setbacks.cause_found),
    Step("part_analysed", working(60, 200), "quality", "AnalyseReturnedPart", setbacks.part_analysed),
)
_NOT_SIGNED = Step("signature_refused", soon(10, 30), SENT, "RefuseSignature", setbacks.signature_refused)
_UNSIGNED = (
    _NOT_SIGNED,
    Step("decided_redo", soon(10, 40), _BOSS, "DecideUnsigned", setbacks.decided_redo),
    Step("performed_again", soon(60, 120), SENT, "PerformWork", work.performed),
    Step("finished_again", soon(10, 20), SENT, "FinishWork", work.finished),
    Step("trial_passed_again", soon(30, 60), SENT, "RecordTrialRun", work.trial_passed),
    replace(_NOT_SIGNED, name="signature_refused_again"),
    Step("verified", soon(10, 40), "deputy", "DecideUnsigned", setbacks.decided_accept),
)
_RATED_NOT = Step("evaluated", soon(5, 15), _DESK, "DeclineEvaluation", setbacks.declined)
_TRANSPORTED = Step("prepared", working(20, 100), _DESK, "PrepareService", setbacks.transported)
_AT_FACTORY = Step("arrived", next_day(2, 3), SENT, "ReceiveMould", setbacks.mould_received)
_SENT_HOME = Step("mould_returned", soon(60, 200), _DESK, "ReturnMould", setbacks.mould_returned)
_NONE: tuple[Step, ...] = ()
DETOURS: dict[str, Detour] = {
    "duplicate": Detour(after={"acknowledged": (_MARKED,)}, ends="acknowledged"),
    "unmarked": Detour(after={"acknowledged": (_MARKED, _UNMARKED)}),
    "transferred_away": Detour(after={"acknowledged": (_TRANSFERRED,)}, ends="acknowledged"),
    "transferred": Detour(after={"acknowledged": (_TRANSFERRED, _RETURNED)}),
    "cancelled": Detour(after={"warranty": (_CANCELLED,)}, ends="warranty"),
    "cancelled_in_error": Detour(after={"acknowledged": (_CANCELLED, _IN_ERROR, _ANSWERED)}),
    "waived": Detour(
        after={"acknowledged": (Step("waived", working(60, 200), _BOSS, "WaiveInformation", unplanned.waived),)}
    ),
    "quotation_refused": Detour(after={"warranty": (_QUOTED, _DECLINED, _CANCELLED)}, ends="warranty"),
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
    "rejected_twice": Detour(after={"requested": _TWICE}),
    "withdrawn": Detour(
        after={
            "requested": (
                Step("withdrawn", working(30, 120), _DESK, "WithdrawOnsite", setbacks.withdrawn),
                replace(_REQUESTED, pace=next_day(1, 1)),
            )
        }
    ),
    "rescheduled": Detour(after={"prepared": _MOVED}),
    "aborted": Detour(after={"agreed": _ABORTED, "departed": _BACK[:1], "returned": _BACK[1:]}),
    "unsigned": Detour(instead={"verified": _UNSIGNED, "evaluated": (_RATED_NOT,), "signature_attached": _NONE}),
    "factory": Detour(
        instead={
            "confirmed": _NONE,
            "rules_read": _NONE,
            "prepared": (_TRANSPORTED,),
            "arrived": (_AT_FACTORY,),
            "departed": _NONE,
            "returned": _NONE,
        },
        after={"photo_after": (_SENT_HOME,)},
    ),
    "change": Detour(after={"warranty": (_QUOTED, _ACCEPTED)}),
}
"""By the turn that takes them."""
FROM_AFAR = (
    *("reopened_twice", "unmarked", "unreachable", "duplicate", "cancelled_in_error", "complaint", "reopened"),
    *("transferred", "spare_by_post", "training", "paused", "waived", "messaged", "quotation_refused", "kept"),
    *("corrected", "managed", "cancelled", "transferred_away"),
)
ON_SITE = ("aborted", "unsigned", "factory", "rejected_twice", "change", "rescheduled", "withdrawn")
"""In the order in which they are dealt out: first what takes longest."""
NEEDS_EARLIER = frozenset({"duplicate", "unmarked"})
"""What needs another case of the same mould."""
