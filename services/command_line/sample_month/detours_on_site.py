"""The ways that leave the visit: refused requests, other dates, aborted and unsigned work, service at our factory."""

from msgspec.structs import replace

from services.command_line.sample_month import pace
from services.command_line.sample_month.bodies import ending, setbacks, unplanned, visit, work
from services.command_line.sample_month.detour import Detour
from services.command_line.sample_month.detours_from_afar import QUOTED
from services.command_line.sample_month.pace import next_day, soon, working
from services.command_line.sample_month.steps import SENT, Step

_DESK, _BOSS = "specialist", "supervisor"
_ACCEPTED = Step("quotation_decided", working(60, 300), _DESK, "DecideQuotation", unplanned.quotation_accepted)
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
DETOURS_ON_SITE: dict[str, Detour] = {
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
    "change": Detour(after={"warranty": (QUOTED, _ACCEPTED)}),
}
"""By the turn that takes them."""
