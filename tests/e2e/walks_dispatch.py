"""Visits that do not go as planned, and services of other kinds, as steps: what the normal walk has, otherwise.

Hours count as in the normal walk. `ESCALATED` is what reactors add when an approval was refused twice.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from tests.e2e.walks import ANSWERED, FEEDBACK, PHOTO, W1, Refusal, Step, archived, called_back, document, no, nor, step
from tests.support import service, setbacks, visit
from tests.support.samples import at

ESCALATED: tuple[str, ...] = ()
_STEPS = {one.command: one for one in W1}
_SCHEDULED = ("CallbackScheduled", "CallbackScheduled")


def plain(command: str, *refused: Refusal, hour: float | None = None, by: str | None = None, **changes: Any) -> Step:
    """A step of the normal walk, perhaps later, by somebody else, with other fields and refusals of its own."""
    of_w1 = _STEPS[command]
    return replace(
        of_w1,
        hour=of_w1.hour if hour is None else hour,
        by=by or of_w1.by,
        changes={**of_w1.changes, **changes},
        refused=refused,
    )


def opened(report: Mapping[str, Any] | None = None, *, is_urgent: bool = False, **changes: Any) -> tuple[Step, ...]:
    """Reported and classified; an urgent case has its first response."""
    urgency = {"urgency": "URGENT" if is_urgent else "NORMAL", "urgency_basis": ["SAFETY" if is_urgent else "QUALITY"]}
    first = (plain("RegisterFeedback", **(report or {})), plain("Classify", **{**urgency, **changes}))
    return (*first, ANSWERED) if is_urgent else first


def asked(*refused: Refusal, hour: float = 3, by: str = "specialist", **changes: Any) -> Step:
    """Somebody asks for a visit because the structure is damaged."""
    return plain("RequestOnsite", *refused, hour=hour, by=by, **{"reason": "STRUCTURAL_DAMAGE", **changes})


def prepared(hour: float = 3.5, visit_at: float = 20) -> tuple[Step, ...]:
    """Approved, confirmed, read and prepared, half an hour each."""
    return (
        plain("ApproveOnsite", hour=hour),
        plain("ConfirmVisit", hour=hour + 0.2, visit_at=at(visit_at), confirmed_at=at(hour + 0.2)),
        plain("ReadSafetyRules", hour=hour + 0.3, read_at=at(hour + 0.3)),
        plain("PrepareService", hour=hour + 0.4),
    )


ARRIVED = (plain("ArriveOnSite"), plain("ConfirmProblem"))
AGREED = (plain("ProposePlan"), plain("AgreePlan"))
DONE = (plain("PerformWork"), plain("FinishWork"), plain("RecordTrialRun"))
VERIFIED = (plain("VerifyService"), plain("DepartSite"), plain("SubmitCompletionReport"))
RATED = (plain("EvaluateService"),)


def worked(hour: float, version: int = 1, **changes: Any) -> tuple[Step, ...]:
    """Work again from this hour, and finished half an hour later."""
    operation = {"seq": 1, "plan_step": 1, "time": at(hour + 0.1), "operation": "再次研配"}
    times = {"started_at": at(hour), "ended_at": at(hour + 0.2), "key_steps": [operation], "plan_version": version}
    finished = {"finished_at": at(hour + 0.3), "labour_h": 0.5}
    return (
        plain("PerformWork", hour=hour + 0.2, **times, **changes),
        plain("FinishWork", hour=hour + 0.3, **finished),
    )


def tried(hour: float, result: str, *refused: Refusal) -> Step:
    """A trial run of a tenth of an hour that ended at this hour."""
    failed = {"problem_gone": False} if result == "FAIL" else {}
    times = {"started_at": at(hour - 0.1), "ended_at": at(hour)}
    state = "PLAN_AGREED" if result == "FAIL" else "WORK_DONE"
    return replace(plain("RecordTrialRun", *refused, hour=hour, result=result, **times, **failed), state=state)


REMOTE_UNTRIED = no("S-GUARD", "reason", reason="REMOTE_FAILED")
W3 = (
    *opened({"safety_risk": True}, is_urgent=True),
    asked(REMOTE_UNTRIED, no("A-ROLE", by="technician"), reason="SAFETY_RISK"),
    *prepared(),
    *ARRIVED,
    plain("ProposePlan", cost_effect="FULL"),
    plain("AgreePlan"),
    plain(
        "PerformWork",
        no("S-GUARD", "safety_check.reason", safety_check={"loto": False, "energy_zero": True, "secured": True}),
        safety_check={"loto": False, "energy_zero": True, "secured": True, "reason": "机台电源由客户上锁"},
    ),
    *DONE[1:],
    *VERIFIED,
)
"""A danger: no session from afar, and no quotation waited for; a lock-out check with a reason."""


def refused(hour: float, by: str, *told: Refusal, then: tuple[str, ...] = ()) -> Step:
    """A supervisor does not approve."""
    changes = {"customer_informed_at": at(hour)}
    return step("RejectOnsite", visit.rejection, by, hour, "OnsiteRejected", "DIAGNOSING", *told, then=then, **changes)


W4 = (
    *opened(),
    asked(),
    refused(3.2, "supervisor", no("V-REQ", "alternative", alternative=None), no("A-ROLE", by="engineer")),
    asked(nor("ApproveOnsite", visit.approval, "supervisor", "S-STATE"), hour=3.4, by="engineer"),
    refused(3.6, "deputy", then=ESCALATED),
    asked(hour=3.8),
    plain(
        "ApproveOnsite",
        no("A-ROLE", by="production", delegate_of=None),
        no("A-ROLE", "delegate_of", by="deputy"),
        no("A-ROLE", by="engineer"),
        hour=4,
        by="production",
        delegate_of="supervisor",
    ),
)
"""Refused twice, then approved by a delegate."""
W5 = (
    *opened(),
    asked(zone=None),
    *prepared(),
    *ARRIVED,
    plain("ProposePlan"),
    step(
        "RefusePlan",
        visit.refusal,
        "customer",
        21.2,
        "PlanRefused",
        "ON_SITE",
        no("V-REQ", "reason", reason=None),
        no("C-VER", "plan_version", plan_version=2),
        no("A-ROLE", by="specialist"),
    ),
    plain("ProposePlan", hour=21.3, downtime_est_h=2),
    plain("AgreePlan", no("C-VER", "plan_version", plan_version=1), by="customer", plan_version=2, signature=None),
    plain("PerformWork", no("C-VER", "plan_version", plan_version=1), plan_version=2),
    *DONE[1:],
    plain("VerifyService", by="customer", signature=None),
)
"""The customer refuses the first plan; work by it is rejected."""
W6 = (
    *opened(),
    asked(),
    *prepared(),
    *ARRIVED,
    *AGREED,
    *worked(22),
    tried(22.8, "FAIL", no("S-GUARD", "problem_gone", problem_gone=False, result="PASS")),
    replace(worked(23)[0], refused=(nor("FinishWork", visit.finish, "technician", "S-GUARD", finished_at=at(23)),)),
    worked(23)[1],
    tried(23.8, "FAIL", nor("VerifyService", visit.verification, "technician", "S-GUARD", "trial_event_id")),
    *worked(24.5),
    tried(26.9, "PASS"),
    *VERIFIED,
)
"""Two trial runs fail; one verification."""
W7 = (
    *opened(),
    asked(),
    *prepared(),
    *ARRIVED,
    *AGREED,
    step(
        "AbortVisit",
        setbacks.abort,
        "technician",
        22,
        "VisitAborted",
        "DIAGNOSING",
        no("V-REQ", "permission_by", permission_by=None),
        no("V-FMT", "permission_refused_reason", permission_refused_reason="无人在场"),
        no("A-ROLE", by="engineer"),
        nor("DepartSite", visit.departure, "technician", "S-GUARD", "permission_by"),
    ),
    replace(plain("DepartSite", hour=22.1), state="DIAGNOSING"),
    replace(plain("ReturnFromSite", hour=22.2), state="DIAGNOSING"),
    step(
        "ReserveSpares",
        setbacks.reserved,
        "store",
        22.3,
        "SparesReserved",
        "DIAGNOSING",
        no("A-ROLE", by="quality"),
        no("V-REQ", "parts", parts=[]),
    ),
    asked(nor("ArriveOnSite", visit.arrival, "technician", "S-STATE"), hour=22.4),
    *prepared(22.5, 24),
    step(
        "IssueSpares",
        setbacks.issued,
        "store",
        23,
        "SparesIssued",
        "PREPARED",
        no("S-GUARD", "parts[0].qty", parts=[setbacks.stored(5)]),
        no("A-ROLE", by="specialist"),
    ),
    step(
        "RescheduleVisit",
        setbacks.move,
        "specialist",
        23.1,
        "VisitRescheduled",
        "ONSITE_APPROVED",
        no("V-TIME", "new_visit_at", new_visit_at=at(20)),
        no("A-ROLE", by="technician"),
    ),
    plain("ConfirmVisit", hour=23.2, visit_at=at(24), confirmed_at=at(23.2)),
    plain("PrepareService", hour=23.3),
    plain("ArriveOnSite", hour=24, arrived_at=at(24)),
    plain("ConfirmProblem", nor("AgreePlan", visit.agreement, "technician", "S-GUARD"), hour=24.1),
    plain("ProposePlan", hour=24.2),
    plain("AgreePlan", hour=24.3, plan_version=2, signature=visit.signature(24.3)),
    *worked(24.4, 2),
    tried(26.9, "PASS"),
    *VERIFIED,
    step(
        "ReturnSpares",
        setbacks.brought_back,
        "technician",
        28.6,
        "SparesReturned",
        "VERIFIED",
        no("S-GUARD", "parts[0].qty", parts=[setbacks.stored(2)]),
        no("A-ROLE", by="quality"),
    ),
)
"""Parts are missing: the visit ends with the customer's leave, another one is asked for and moved; parts reconcile."""


def not_signed(hour: float) -> Step:
    """The customer does not sign."""
    return step(
        "RefuseSignature",
        setbacks.refused_signature,
        "technician",
        hour,
        "SignatureRefused",
        "WORK_DONE",
        no("V-REQ", "witness", witness=None),
        no("A-ROLE", by="engineer"),
        nor("DecideUnsigned", setbacks.decision, "supervisor", "S-GUARD"),
        nor("VerifyService", visit.verification, "technician", "S-GUARD", "accepts_effect", accepts_effect=False),
    )


def decided(hour: float, by: str, decision: str, state: str, then: tuple[str, ...] = ()) -> Step:
    """A supervisor decides what follows."""
    refusals = (no("A-ROLE", by="technician"), no("V-ENUM", "decision", decision="MAYBE"))
    return step(
        "DecideUnsigned",
        setbacks.decision,
        by,
        hour,
        "UnsignedDecided",
        state,
        *refusals,
        then=then,
        decision=decision,
    )


SIGNATURE_REFUSED = (
    *opened(),
    asked(),
    *prepared(),
    *ARRIVED,
    *AGREED,
    *worked(22),
    tried(23, "PASS"),
    not_signed(23.1),
    decided(23.2, "supervisor", "REDO", "PLAN_AGREED"),
    *worked(23.5),
    tried(24.5, "PASS"),
    not_signed(24.6),
    decided(24.7, "deputy", "ACCEPT", "VERIFIED", then=_SCHEDULED),
    plain("DepartSite", hour=25),
    plain(
        "SubmitCompletionReport",
        nor("DeclineEvaluation", setbacks.declined, "specialist", "S-GUARD"),
        hour=26,
    ),
    step(
        "DeclineEvaluation",
        setbacks.declined,
        "specialist",
        27,
        "EvaluationDeclined",
        "EVALUATED",
        no("A-ROLE", by="technician"),
        no("V-REQ", "reason", reason=None),
        no("V-FMT", "requests", requests=3),
    ),
    document("SERVICE_RECORD", f"sha256:{visit.SHOWN}", "EVALUATED"),
    document("SITE_REPORT", f"sha256:{visit.SHOWN}", "EVALUATED"),
    document("PHOTO", PHOTO, "EVALUATED", phase="BEFORE"),
    document("PHOTO", PHOTO, "EVALUATED", phase="AFTER"),
    *FEEDBACK,
    plain("ReturnFromSite"),
    replace(archived(), refused=()),
)
"""Not signed: the work again, then accepted without a signature; not rated, and archived without either."""
RETURN = (
    *opened(),
    plain("RequestOnsite", by="specialist", reason="STRUCTURAL_DAMAGE", service_mode="RETURN"),
    plain(
        "ApproveOnsite",
        no("V-REQ", "agreed_until", agreed_until=None),
        no("V-TIME", "agreed_until", agreed_until=at(1)),
        agreed_until=at(200),
    ),
    step(
        "PrepareService",
        setbacks.transport,
        "specialist",
        4,
        "ServicePrepared",
        "PREPARED",
        nor("ConfirmVisit", visit.appointment, "specialist", "S-GUARD", confirmed_at=at(3.9)),
        nor("ReadSafetyRules", visit.reading, "technician", "S-GUARD", read_at=at(3.9)),
        no("V-FMT", "items", items=visit.items()),
        no("V-FMT", "technicians", technicians=["technician"]),
        no("V-REQ", "transport", transport=None),
        no("V-REQ", "photos_out", photos_out=[]),
    ),
    step(
        "ReceiveMould",
        setbacks.receipt,
        "production",
        20,
        "MouldReceivedAtFactory",
        "ON_SITE",
        no("V-REQ", "photos", photos=[]),
        no("V-TIME", "received_at", received_at=at(1)),
        no("S-GUARD", "damage", packing_list_ok=False),
        no("A-ROLE", by="sales"),
        nor("ArriveOnSite", visit.arrival, "technician", "S-GUARD"),
    ),
    plain("ConfirmProblem", by="engineer"),
    plain("ProposePlan", by="engineer"),
    plain("AgreePlan", by="engineer"),
    plain("PerformWork", by="production", people=["production"]),
    plain("FinishWork", by="production"),
    plain("RecordTrialRun", nor("ReturnMould", setbacks.shipping, "specialist", "S-GUARD"), by="engineer"),
    step(
        "ReturnMould",
        setbacks.shipping,
        "specialist",
        27.3,
        "MouldReturned",
        "WORK_DONE",
        nor("VerifyService", visit.verification, "engineer", "S-GUARD", signature=visit.signature(27.2)),
        no("V-TIME", "shipped_at", shipped_at=at(10)),
        no("A-ROLE", by="sales"),
    ),
    plain("VerifyService", nor("DepartSite", visit.departure, "technician", "S-GUARD")),
    plain("SubmitCompletionReport", no("A-ROLE", by="specialist")),
    *RATED,
    document("SERVICE_RECORD", f"sha256:{visit.SHOWN}", "EVALUATED"),
    document("SIGNATURE", visit.SIGNATURE_FILE, "EVALUATED"),
    document("PHOTO", PHOTO, "EVALUATED", phase="BEFORE"),
    document("PHOTO", PHOTO, "EVALUATED", phase="AFTER"),
    *FEEDBACK,
    document(
        "COMPLETION", f"sha256:{visit.SHOWN}", "EVALUATED", nor("ArchiveCase", service.archive, "specialist", "S-GUARD")
    ),
    replace(archived(), refused=()),
    called_back("D7"),
    called_back("M1", then=("CaseClosed",)),
)
"""The mould comes to the factory, is repaired and tried there, goes back and is accepted; until closed."""
TRAINED = (
    *opened({"scope": "TRAINING"}, problem_type="OPERATION", fault_code=None),
    asked(no("V-REQ", "waiver_reason", waiver_reason=None), reason="INSTALL", waiver_reason="合同含现场培训"),
    *prepared(),
    plain("ArriveOnSite"),
    plain("ConfirmProblem", fault_code=None),
    *AGREED,
    plain("PerformWork", parts=[], no_parts=True),
    plain("FinishWork", hour=25.5),
    step(
        "RecordTraining",
        setbacks.training,
        "technician",
        27,
        "TrainingRecorded",
        "WORK_DONE",
        nor("VerifyService", visit.verification, "technician", "S-GUARD", "trial_event_id"),
        no("V-REQ", "participants", participants=[]),
        no("V-FILE", "signed_list_ref", signed_list_ref="sha256:" + "0" * 64),
        no("A-ROLE", by="engineer"),
        no("A-ROLE", by="specialist"),
    ),
    *VERIFIED,
)
"""A training takes the place of the trial run."""
_SOLVED = {"started_at": at(4.2), "ended_at": at(4.5), "outcome": "RESOLVED"}
WITHDRAWN = (
    *opened(),
    asked(by="engineer"),
    plain("ApproveOnsite"),
    replace(plain("LogRemoteSession", hour=4.5, **_SOLVED), state="ONSITE_APPROVED"),
    step(
        "WithdrawOnsite",
        setbacks.withdrawal,
        "supervisor",
        5,
        "OnsiteWithdrawn",
        "DIAGNOSING",
        no("A-ROLE", "reason", by="specialist"),
        no("A-ROLE", by="production", reason="FAULT_GONE"),
        no("A-ROLE", by="technician"),
        no("V-TIME", "customer_informed_at", customer_informed_at=at(-3)),
        nor("VerifyService", visit.remote_verification, "specialist", "S-STATE"),
        reason="APPROVAL_WITHDRAWN",
        customer_informed_at=at(4.8),
    ),
    replace(
        plain("LogRemoteSession", nor("ArriveOnSite", visit.arrival, "technician", "S-STATE"), hour=6, **_SOLVED),
        state="REMOTE_RESOLVED",
    ),
    step(
        "VerifyService",
        visit.remote_verification,
        "specialist",
        27.5,
        "ServiceVerified",
        "VERIFIED",
        nor("VerifyService", setbacks.unsigned, "supervisor", "S-GUARD", "unsigned"),
        nor("VerifyService", setbacks.unsigned, "specialist", "A-ROLE", "unsigned"),
        no("A-ROLE", "unsigned", by="supervisor"),
        then=("CallbackScheduled",),
    ),
)
"""The fault is gone before anybody left: the approval is taken back, and the service verified from afar."""
PHOTO_BAN = (
    *opened(),
    asked(),
    *prepared(),
    *ARRIVED,
    *AGREED,
    plain("PerformWork"),
    plain("FinishWork", photo_exempt_reason="客户厂区禁止拍照"),
    plain("RecordTrialRun"),
    *VERIFIED,
    *RATED,
    document("SERVICE_RECORD", f"sha256:{visit.SHOWN}", "EVALUATED"),
    document("SITE_REPORT", f"sha256:{visit.SHOWN}", "EVALUATED"),
    document("SIGNATURE", visit.SIGNATURE_FILE, "EVALUATED"),
    *FEEDBACK,
    plain("ReturnFromSite", nor("ArchiveCase", service.archive, "specialist", "S-GUARD")),
    replace(archived(), refused=()),
)
"""No photos at the customer's: archived without them."""
_PRICE = {
    "quote_no": "BJ-2026-118",
    "lines": [
        {"kind": "PART", "qty": 2, "unit_price_fen": 120000},
        {"kind": "LABOUR", "qty": 4, "unit_price_fen": 30000},
    ],
    "valid_until": at(200),
}
_YES = {"quote_no": "BJ-2026-118", "accepted": True, "decided_by": "李建国"}
UNPAID = nor("AgreePlan", visit.agreement, "technician", "S-GUARD", "plan_version", signature=visit.signature(21.1))
QUOTED = (
    *opened(),
    step(
        "AssessWarranty",
        service.warranty,
        "specialist",
        0.5,
        "WarrantyAssessed",
        "TRIAGED",
        verdict="OUT_TIME",
        liability="CUSTOMER",
        charge="FULL",
    ),
    asked(),
    *prepared(),
    *ARRIVED,
    plain("ProposePlan", cost_effect="FULL"),
    step(
        "IssueQuotation", lambda **changes: {**_PRICE, **changes}, "sales", 21.1, "QuotationIssued", "ON_SITE", UNPAID
    ),
    step(
        "DecideQuotation",
        lambda **changes: {**_YES, **changes},
        "specialist",
        21.2,
        "QuotationDecided",
        "ON_SITE",
        UNPAID,
        confirmation=visit.confirmation(21.15),
    ),
    plain("AgreePlan"),
    plain("PerformWork"),
)
"""Chargeable work found on site: no plan is agreed before its quotation is accepted."""
