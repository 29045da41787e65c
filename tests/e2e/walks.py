"""The two whole walks of a case as steps: who sends what when, what it makes of the case, and how it may be refused.

Hours count from the report; the whole walk happened within the last hours of the machine's own time.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from tests.support import samples, service, visit
from tests.support.samples import at

Body = Callable[..., dict[str, Any]]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)
PHOTO = "sha256:" + "f" * 64
FILES = {
    visit.SIGNATURE_FILE: PNG + b"signature",
    f"sha256:{visit.SHOWN}": PDF + b"shown",
    visit.EVIDENCE_FILE: PDF + b"evidence",
    visit.RULES_FILE: PDF + b"rules",
    service.RECORDING: PDF + b"recording",
    PHOTO: PNG + b"photo",
}
"""The bytes that stand for the files which bodies name."""
NOWHERE = "sha256:" + "0" * 64


class Refusal(Struct, frozen=True):
    """An attempt that must fail: the step's command by somebody, with changed fields; its code at a field.

    `command` and `body` name another command that is tried in its place.
    """

    code: str
    field: str
    by: str | None
    changes: Mapping[str, Any]
    command: str = ""
    body: Body | None = None


class Step(Struct, frozen=True):
    """A command of the walk; the event and the state that follow, and what is refused right before it.

    `then`: what reactors add by themselves before the walk goes on.
    """

    command: str
    body: Body
    by: str
    hour: float
    event: str
    state: str
    changes: Mapping[str, Any]
    refused: tuple[Refusal, ...]
    then: tuple[str, ...]


def no(code: str, field: str = "", by: str | None = None, **changes: Any) -> Refusal:
    """A refusal."""
    return Refusal(code, field, by, changes)


def nor(command: str, body: Body, by: str, code: str, field: str = "", **changes: Any) -> Refusal:
    """A refusal of another command than the step's."""
    return Refusal(code, field, by, changes, command, body)


def step(
    command: str,
    body: Body,
    by: str,
    hour: float,
    event: str,
    state: str,
    *refused: Refusal,
    then: tuple[str, ...] = (),
    **changes: Any,
) -> Step:
    """A step with what is refused before it and what changes in its body."""
    return Step(command, body, by, hour, event, state, changes, refused, then)


def document(kind: str, file_ref: str, state: str, *refused: Refusal, **changes: Any) -> Step:
    """A paper joins the file of the case."""
    changes = {"doc_type": kind, "file_ref": file_ref, **changes}
    return step("AttachDocument", service.document, "specialist", 33, "DocumentAttached", state, *refused, **changes)


REPORTED = step(
    "RegisterFeedback",
    samples.report,
    "specialist",
    0,
    "FeedbackReceived",
    "RECEIVED",
    no("A-ROLE", by="auditor"),
    no("V-REQ", "problem_description", problem_description=None),
    no("V-TIME", "fault_at", fault_at=at(5)),
    no("V-REQ", "relayed_by", channel="SALES_RELAY"),
)
ANSWERED = step(
    "AcknowledgeCase",
    samples.acknowledgement,
    "specialist",
    0.4,
    "CaseAcknowledged",
    "TRIAGED",
    no("A-ROLE", by="engineer"),
    no("V-ENUM", "said_accepted", said_accepted=False),
    no("V-TIME", "next_contact_at", next_contact_at=at(0)),
    ack_at=at(0.4),
)
FEEDBACK = (
    step(
        "SendDepartmentFeedback",
        service.feedback,
        "specialist",
        33,
        "DepartmentFeedbackSent",
        "EVALUATED",
        no("V-ENUM", "to_department", to_department="MOON"),
        no("V-REQ", "customer_feedback", customer_feedback=None, suggestion=None),
    ),
    step(
        "AcknowledgeDepartmentFeedback",
        service.answer,
        "quality",
        33.1,
        "DepartmentFeedbackAcknowledged",
        "EVALUATED",
        no("A-ROLE", by="specialist"),
    ),
)


def archived(*refused: Refusal) -> Step:
    """The file is complete."""
    return step(
        "ArchiveCase",
        service.archive,
        "specialist",
        34,
        "Archived",
        "ARCHIVED",
        no("A-ROLE", by="technician"),
        no("V-REF", "keeper", keeper="nobody"),
        *refused,
        nothing_reason=None,
    )


def called_back(point: str, *refused: Refusal, then: tuple[str, ...] = ()) -> Step:
    """The customer is asked how the mould runs."""
    return step(
        "CompleteCallback",
        service.callback,
        "specialist",
        35 if point == "D7" else 36,
        "CallbackDone",
        "ARCHIVED",
        no("A-ROLE", by="technician", point=point),
        no("V-RANGE", "final_satisfaction", point=point, final_satisfaction=6),
        no("V-TIME", "done_at", point=point, done_at=at(1)),
        *refused,
        then=then,
        point=point,
        done_at=at(35 if point == "D7" else 36),
    )


SIGNED_TOO_EARLY = {"signature": visit.signature(10)}
W1: tuple[Step, ...] = (
    REPORTED,
    step(
        "Classify",
        samples.classification,
        "specialist",
        0.2,
        "Classified",
        "TRIAGED",
        no("A-ROLE", by="engineer"),
        no("V-REF", "fault_code", fault_code="D-PQ-01"),
        no("V-REQ", "none_available_reason", none_available_reason=None),
        urgency="URGENT",
        urgency_basis=["LINE_DOWN"],
    ),
    ANSWERED,
    step(
        "AssessWarranty",
        service.warranty,
        "specialist",
        0.5,
        "WarrantyAssessed",
        "TRIAGED",
        no("A-ROLE", by="technician"),
        no("V-REQ", "shots_estimated", shots_estimated=None),
    ),
    step(
        "RequestConsultation",
        service.consultation_request,
        "specialist",
        0.6,
        "ConsultationRequested",
        "DIAGNOSING",
        no("V-REQ", "departments", departments=[]),
        needed_by=at(5),
    ),
    step(
        "HoldConsultation",
        service.minutes,
        "engineer",
        1.5,
        "ConsultationHeld",
        "DIAGNOSING",
        no("A-ROLE", by="specialist"),
        no("V-REQ", "causes", causes=[]),
        no("V-REQ", "participants", participants=[{"person_id": "engineer", "dept": "TECH"}]),
        held_at=at(1.5),
    ),
    step(
        "LogRemoteSession",
        service.session,
        "engineer",
        2.5,
        "RemoteSessionLogged",
        "DIAGNOSING",
        no("A-ROLE", by="sales"),
        no("V-REQ", "steps", steps=[]),
        no("V-TIME", "ended_at", ended_at=at(1)),
        no("S-GUARD", "recording_consent", recording_ref=service.RECORDING, recording_consent=False),
        started_at=at(2),
        ended_at=at(2.5),
        outcome="NEED_ONSITE",
    ),
    step(
        "RequestOnsite",
        visit.request,
        "engineer",
        3,
        "OnsiteRequested",
        "ONSITE_REQUESTED",
        no("A-ROLE", by="supervisor"),
        no("V-RANGE", "expected_days", expected_days=0.1),
        reason="REMOTE_FAILED",
        zone="A",
    ),
    step(
        "ApproveOnsite",
        visit.approval,
        "supervisor",
        3.5,
        "OnsiteApproved",
        "ONSITE_APPROVED",
        no("A-ROLE", by="engineer"),
        no("A-ROLE", by="specialist"),
    ),
    step(
        "ConfirmVisit",
        visit.appointment,
        "specialist",
        4,
        "VisitConfirmed",
        "ONSITE_APPROVED",
        no("V-TIME", "visit_at", visit_at=at(1)),
        no("V-REQ", "site_contact", site_contact=None),
        confirmed_at=at(3.9),
    ),
    step(
        "ReadSafetyRules",
        visit.reading,
        "technician",
        5,
        "SafetyRulesRead",
        "ONSITE_APPROVED",
        no("A-ROLE", by="specialist"),
        no("V-REQ", "rules_ref", rules_ref=None),
        read_at=at(4.9),
    ),
    step(
        "PrepareService",
        visit.preparation,
        "specialist",
        6,
        "ServicePrepared",
        "PREPARED",
        no("A-ROLE", by="technician"),
        no("S-GUARD", technicians=["technician", "engineer"]),
        no("S-GUARD", "items", items=visit.items(TOOLS={})),
    ),
    step(
        "ArriveOnSite",
        visit.arrival,
        "technician",
        20,
        "TechnicianArrived",
        "ON_SITE",
        no("A-ROLE", by="engineer"),
        no("V-TIME", "arrived_at", arrived_at=at(1)),
    ),
    step(
        "ConfirmProblem",
        visit.problem,
        "technician",
        20.5,
        "OnsiteProblemConfirmed",
        "ON_SITE",
        no("A-ROLE", by="engineer"),
        no("V-REQ", "difference", differs=True),
        no("V-REQ", "fault_code", fault_code=None),
    ),
    step(
        "ProposePlan",
        visit.plan,
        "technician",
        21,
        "PlanProposed",
        "ON_SITE",
        no("V-REQ", "steps", steps=[]),
        no("V-FMT", "plan_version", plan_version=1),
    ),
    step(
        "AgreePlan",
        visit.agreement,
        "technician",
        21.5,
        "PlanAgreed",
        "PLAN_AGREED",
        no("C-VER", "plan_version", plan_version=7),
        no("S-GUARD", "signature", signature=None),
        no("A-ROLE", by="specialist"),
    ),
    step(
        "PerformWork",
        visit.work,
        "technician",
        25,
        "WorkPerformed",
        "PLAN_AGREED",
        no("C-VER", "plan_version", plan_version=2),
        no("S-GUARD", "safety_check.reason", safety_check={"loto": False, "energy_zero": True, "secured": True}),
        no("V-REQ", "parts", parts=[]),
        no("V-TIME", "started_at", started_at=at(20.2)),
    ),
    step(
        "FinishWork",
        visit.finish,
        "technician",
        25.5,
        "WorkFinished",
        "WORK_DONE",
        no("A-ROLE", by="engineer"),
        no("V-RANGE", "labour_h", labour_h=0),
    ),
    step(
        "RecordTrialRun",
        visit.trial,
        "technician",
        27,
        "TrialRunRecorded",
        "WORK_DONE",
        no("V-RANGE", "good_qty", good_qty=10),
        no("S-GUARD", "problem_gone", problem_gone=False),
        no("V-REQ", "remaining", result="CONDITIONAL"),
    ),
    step(
        "VerifyService",
        visit.verification,
        "technician",
        27.5,
        "ServiceVerified",
        "VERIFIED",
        no("S-GUARD", "accepts_effect", accepts_effect=False),
        no("V-TIME", "signature.signed_at", **SIGNED_TOO_EARLY),
        no("S-GUARD", "signature", signature=None),
        no("A-ROLE", by="specialist"),
        then=("CallbackScheduled", "CallbackScheduled"),
    ),
    step(
        "DepartSite",
        visit.departure,
        "technician",
        28,
        "TechnicianDeparted",
        "VERIFIED",
        no("A-ROLE", by="specialist"),
    ),
    step(
        "SubmitCompletionReport",
        visit.completion_report,
        "technician",
        28.5,
        "CompletionReportSubmitted",
        "VERIFIED",
        no("V-REQ", "open_issues", no_open_issues=None),
        no("V-FILE", "doc_hash", doc_hash="0" * 64),
    ),
    step(
        "EvaluateService",
        visit.evaluation,
        "technician",
        29,
        "CustomerEvaluated",
        "EVALUATED",
        no("V-RANGE", "attitude", attitude=0),
        no("S-GUARD", "signature", signature=None),
    ),
    document("SERVICE_RECORD", f"sha256:{visit.SHOWN}", "EVALUATED", no("V-FILE", "file_ref", file_ref=NOWHERE)),
    document("SITE_REPORT", f"sha256:{visit.SHOWN}", "EVALUATED"),
    document("SIGNATURE", visit.SIGNATURE_FILE, "EVALUATED", no("A-ROLE", by="auditor")),
    document("PHOTO", PHOTO, "EVALUATED", phase="BEFORE"),
    document("PHOTO", PHOTO, "EVALUATED", phase="AFTER"),
    *FEEDBACK,
    step(
        "ReturnFromSite",
        visit.homecoming,
        "technician",
        33.5,
        "TechnicianReturned",
        "EVALUATED",
        no("A-ROLE", by="specialist"),
    ),
    archived(no("A-ROLE", by="analyst")),
    called_back("D7", no("S-GUARD", "point", point="M1", done_at=at(35))),
    called_back("M1", then=("CaseClosed",)),
)
"""The normal visit, urgent: two call-backs."""
W2: tuple[Step, ...] = (
    REPORTED,
    step("Classify", samples.classification, "specialist", 0.2, "Classified", "TRIAGED"),
    ANSWERED,
    step(
        "LogRemoteSession",
        service.session,
        "specialist",
        2.5,
        "RemoteSessionLogged",
        "DIAGNOSING",
        started_at=at(2),
        ended_at=at(2.5),
        our_people=["specialist"],
        outcome="PARTIAL",
    ),
    step(
        "LogRemoteSession",
        service.session,
        "engineer",
        4,
        "RemoteSessionLogged",
        "REMOTE_RESOLVED",
        started_at=at(3.5),
        ended_at=at(4),
    ),
    step(
        "VerifyService",
        visit.remote_verification,
        "specialist",
        27.5,
        "ServiceVerified",
        "VERIFIED",
        no("A-ROLE", by="technician"),
        no("S-GUARD", "confirmation", confirmation=None),
        no("S-GUARD", "confirmation.evidence_ref", confirmation=visit.confirmation(27, evidence_ref=None)),
        no("S-GUARD", "accepts_content", accepts_content=False),
        then=("CallbackScheduled",),
    ),
    step(
        "SubmitCompletionReport",
        visit.completion_report,
        "specialist",
        28.5,
        "CompletionReportSubmitted",
        "VERIFIED",
        no("A-ROLE", by="technician"),
        form="COMPLETION",
        parts_replaced=[],
        no_parts_replaced=True,
        delivered_via="EMAIL",
    ),
    step(
        "EvaluateService",
        visit.evaluation,
        "specialist",
        29,
        "CustomerEvaluated",
        "EVALUATED",
        no("S-GUARD", "confirmation", confirmation=None),
        signature=None,
        confirmation=visit.confirmation(28.9),
    ),
    document("SERVICE_RECORD", f"sha256:{visit.SHOWN}", "EVALUATED"),
    document("REMOTE_LOG", visit.EVIDENCE_FILE, "EVALUATED"),
    document("COMPLETION", f"sha256:{visit.SHOWN}", "EVALUATED"),
    *FEEDBACK,
    archived(),
    called_back("D7", then=("CaseClosed",)),
)
"""Solved from afar: no approval, no site report, one call-back."""
TOO_EARLY: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("RequestOnsite", visit.request(zone="A"), "engineer"),
    ("ApproveOnsite", visit.approval(), "supervisor"),
    ("PerformWork", visit.work(), "technician"),
    ("ArchiveCase", service.archive(), "specialist"),
    ("CloseCase", {}, "specialist"),
)
"""Commands that the state RECEIVED does not allow."""
