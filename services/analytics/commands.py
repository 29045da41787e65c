"""The registry of analytics: one line a command."""

from services.analytics import decide
from services.analytics import decide_improvement as improvement
from services.analytics import decide_improvement_clock as improvement_clock
from services.analytics import decide_report as report
from shared.events.case.analytics import AuditNoteAdded
from shared.events.case.clocks import Escalated, EscalationAcknowledged
from shared.events.case.followup import SlaBreached
from shared.events.improvement import (
    ImprovementActionDone,
    ImprovementClosed,
    ImprovementOpened,
    ImprovementPlanned,
    ImprovementRejected,
    ImprovementReopened,
    ImprovementVerified,
)
from shared.events.report import QualityReportDrafted, QualityReportIssued, QualityReportReviewed
from shared.rules.acting import may_of_quality
from shared.rules.measuring import levels_and_calendars
from shared.store.order import Command

_KIND = "improvement"

COMMANDS = (
    Command("AddAuditNote", AuditNoteAdded, "case", decide.add_audit_note, decide.check_note),
    Command(
        "OpenImprovement",
        ImprovementOpened,
        _KIND,
        improvement.open_improvement,
        improvement.check_opening,
        opens="always",
    ),
    Command(
        "PlanImprovement",
        ImprovementPlanned,
        _KIND,
        improvement.plan_improvement,
        improvement.check_plan,
        may=improvement.may_act,
    ),
    Command(
        "CompleteImprovementAction",
        ImprovementActionDone,
        _KIND,
        improvement.complete_action,
        improvement.check_action,
        happened=("done_at",),
        may=improvement.may_act,
    ),
    Command("VerifyImprovement", ImprovementVerified, _KIND, improvement.verify_improvement),
    Command("CloseImprovement", ImprovementClosed, _KIND, improvement.close_improvement),
    Command("RejectImprovement", ImprovementRejected, _KIND, improvement.reject_improvement),
    Command("ReopenImprovement", ImprovementReopened, _KIND, improvement.reopen_improvement),
    Command(
        "FlagImprovementBreach",
        SlaBreached,
        _KIND,
        improvement_clock.flag_breach,
        consults=levels_and_calendars,
        is_system=True,
    ),
    Command(
        "EscalateImprovement",
        Escalated,
        _KIND,
        improvement_clock.escalate,
        improvement_clock.check_escalation,
        levels_and_calendars,
        is_system=True,
    ),
    Command(
        "AcknowledgeImprovementEscalation",
        EscalationAcknowledged,
        _KIND,
        improvement_clock.take_up,
        may=improvement_clock.may_take_up,
    ),
    Command(
        "DraftReport",
        QualityReportDrafted,
        "report",
        report.draft_report,
        report.check_draft,
        opens="always",
        number="period",
    ),
    Command(
        "ReviewReport",
        QualityReportReviewed,
        "report",
        report.review_report,
        report.check_review,
        happened=("meeting_at",),
        may=may_of_quality,
    ),
    Command("IssueReport", QualityReportIssued, "report", report.issue_report, report.check_issue),
)
