"""The two ways of a case as sequences of steps: help on site (W1) and help from afar (W2).

A step is one command: its name within the case, how long after the step before, who sends it, and what it says.
"""

from collections.abc import Iterator

from services.command_line.sample_month import pace
from services.command_line.sample_month.bodies import ending, intake, triage, visit, work
from services.command_line.sample_month.detours import taken
from services.command_line.sample_month.pace import next_day, soon, working
from services.command_line.sample_month.steps import ANSWERING, SENT, Step
from services.command_line.sample_month.tale import Tale

ACKNOWLEDGED = Step("acknowledged", pace.answered, "specialist", "AcknowledgeCase", intake.acknowledged)
SUPPLIED = Step("supplied", working(30, 200), "specialist", "SupplementInfo", intake.supplied)
JUDGED = (
    Step("classified", working(15, 120), "specialist", "Classify", triage.classified),
    Step("warranty", working(5, 40), "specialist", "AssessWarranty", triage.warranty),
)
CONSULTED = (
    Step(
        "consultation_requested",
        working(10, 60),
        "specialist",
        "RequestConsultation",
        triage.consultation_requested,
    ),
    Step("consultation_held", working(40, 200), "engineer", "HoldConsultation", triage.consultation_held),
)
REMOTE_BEGUN = Step("remote_begun", working(40, 180), "engineer", "LogRemoteSession", triage.remote_begun)
REMOTE_FAILED = Step("remote_failed", working(40, 200), "engineer", "LogRemoteSession", triage.remote_failed)
REMOTE_RESOLVED = Step("remote_resolved", working(50, 300), "engineer", "LogRemoteSession", triage.remote_resolved)
REJECTED = (
    Step("rejected", working(30, 120), "supervisor", "RejectOnsite", visit.rejected),
    Step("remote_again", working(60, 240), "engineer", "LogRemoteSession", triage.remote_again),
    Step("requested_again", working(10, 60), "specialist", "RequestOnsite", visit.requested),
)
PREPARED = (
    Step("confirmed", working(20, 150), "specialist", "ConfirmVisit", visit.confirmed),
    Step("rules_read", working(10, 60), SENT, "ReadSafetyRules", visit.rules_read),
    Step("prepared", working(20, 100), "specialist", "PrepareService", visit.prepared),
)
ARRIVED = (
    Step("arrived", pace.at_the_visit, SENT, "ArriveOnSite", visit.arrived),
    Step("photo_before", soon(8, 20), SENT, "AttachDocument", ending.photo_before),
    Step("problem_confirmed", soon(10, 30), SENT, "ConfirmProblem", work.problem_confirmed),
    Step("planned", soon(15, 40), SENT, "ProposePlan", work.planned),
)
PLAN_REFUSED = (
    Step("refused", soon(15, 40), SENT, "RefusePlan", work.refused),
    Step("planned_again", soon(30, 60), SENT, "ProposePlan", work.planned),
)
WORKED = (
    Step("agreed", soon(10, 30), SENT, "AgreePlan", work.agreed),
    Step("performed", soon(120, 260), SENT, "PerformWork", work.performed),
    Step("finished", soon(10, 25), SENT, "FinishWork", work.finished),
)
TRIAL_FAILED = (
    Step("trial_failed", soon(30, 60), SENT, "RecordTrialRun", work.trial_failed),
    Step("performed_again", soon(60, 120), SENT, "PerformWork", work.performed),
    Step("finished_again", soon(10, 20), SENT, "FinishWork", work.finished),
)
SIGNED = (
    Step("trial_passed", soon(30, 70), SENT, "RecordTrialRun", work.trial_passed),
    Step("photo_after", soon(5, 15), SENT, "AttachDocument", ending.photo_after),
    Step("verified", soon(5, 20), SENT, "VerifyService", ending.verified_onsite),
    Step("reported", soon(15, 40), SENT, "SubmitCompletionReport", ending.reported),
    Step("evaluated", soon(5, 15), SENT, "EvaluateService", ending.evaluated_onsite),
    Step("departed", soon(5, 30), SENT, "DepartSite", ending.departed),
    Step("returned", next_day(1, 1), SENT, "ReturnFromSite", ending.departed),
)
CONFIRMED = (
    Step("verified", working(60, 500), "specialist", "VerifyService", ending.verified_remote),
    Step("reported", working(15, 90), "specialist", "SubmitCompletionReport", ending.reported),
    Step("evaluated", working(30, 400), "specialist", "EvaluateService", ending.evaluated_remote),
)
RECORD = Step("record_attached", working(20, 120), "specialist", "AttachDocument", ending.record_attached)
REPORT = Step("report_attached", soon(1, 5), "specialist", "AttachDocument", ending.report_attached)
SIGNATURE = Step("signature_attached", soon(1, 5), "specialist", "AttachDocument", ending.signature_attached)
LOG = Step("log_attached", soon(1, 5), "specialist", "AttachDocument", ending.log_attached)
FEEDBACK_SENT = Step("feedback_sent", soon(5, 30), "specialist", "SendDepartmentFeedback", ending.feedback_sent)
FEEDBACK_ANSWERED = Step(
    "feedback_answered",
    next_day(1, 3),
    ANSWERING,
    "AcknowledgeDepartmentFeedback",
    ending.feedback_answered,
)
ARCHIVED = Step("archived", working(10, 200), "specialist", "ArchiveCase", ending.archived)
WEEK = Step(
    "called_after_a_week",
    pace.after_verification(7, 0),
    "specialist",
    "CompleteCallback",
    ending.called_after_a_week,
)
MONTH = Step(
    "called_after_a_month",
    pace.after_verification(0, 1),
    "specialist",
    "CompleteCallback",
    ending.called_after_a_month,
)


def script_of(tale: Tale) -> Iterator[Step]:
    """The steps of a case to its end, whether time is left for them or not."""
    yield from taken(tale, _usual(tale))


def _usual(tale: Tale) -> Iterator[Step]:
    yield _registered(tale)
    yield ACKNOWLEDGED
    if tale.takes("unknown_fields"):
        yield SUPPLIED
    yield from JUDGED
    if tale.takes("consultation"):
        yield from CONSULTED
    yield from _on_site(tale) if tale.given.is_onsite else _from_afar(tale)
    yield from _ending(tale)


def _registered(tale: Tale) -> Step:
    low, high = (25, 80) if tale.takes("late_recording") else (2, 9)
    return Step("received", soon(low, high), tale.registered_by, "RegisterFeedback", intake.reported)


def _on_site(tale: Tale) -> Iterator[Step]:
    if not tale.takes("no_session"):
        yield REMOTE_FAILED
    yield Step("requested", working(15, 120), _asking(tale), "RequestOnsite", visit.requested)
    if tale.takes("rejected"):
        yield from REJECTED
    deciding = "deputy" if tale.given.number % 6 == 0 else "supervisor"
    yield Step("approved", working(20, 160), deciding, "ApproveOnsite", visit.approved)
    yield from PREPARED
    yield from ARRIVED
    if tale.takes("plan_refused"):
        yield from PLAN_REFUSED
    yield from WORKED
    if tale.takes("fails"):
        yield from TRIAL_FAILED
    yield from SIGNED


def _asking(tale: Tale) -> str:
    return "engineer" if tale.given.number % 3 == 0 else "specialist"


def _from_afar(tale: Tale) -> Iterator[Step]:
    if tale.takes("remote_twice"):
        yield REMOTE_BEGUN
    yield REMOTE_RESOLVED
    yield from CONFIRMED


def _ending(tale: Tale) -> Iterator[Step]:
    yield RECORD
    yield REPORT
    yield SIGNATURE if tale.given.is_onsite else LOG
    if not tale.takes("nothing_to_tell"):
        yield FEEDBACK_SENT
    yield ARCHIVED
    if not tale.takes("nothing_to_tell") and not tale.takes("no_reply"):
        yield FEEDBACK_ANSWERED
    yield WEEK
    if tale.given.is_onsite or tale.is_urgent:
        yield MONTH
