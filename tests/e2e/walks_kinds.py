"""Services of other kinds as steps: at the factory, a training, taken back, without photos, at the customer's cost."""

from typing import Any

from msgspec.structs import replace

from tests.e2e.walks import FEEDBACK, PHOTO, Refusal, Step, archived, called_back, document, no, nor, step
from tests.e2e.walks_dispatch import AGREED, ARRIVED, RATED, VERIFIED, asked, opened, plain, prepared
from tests.support import service, setbacks, visit
from tests.support.samples import at

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


def reminded(hour: float, trigger: str, state: str, *refused: Refusal) -> Step:
    """The specialist asks the customer by mail."""

    def asks(**changes: Any) -> dict[str, Any]:
        return {**setbacks.message(trigger), **changes}

    return step("NotifyCustomer", asks, "specialist", hour, "CustomerNotified", state, *refused)


_TOO_FEW = nor("VerifyService", setbacks.unsigned, "supervisor", "S-GUARD", "unsigned")
SILENT = (
    *opened(),
    replace(plain("LogRemoteSession", hour=4.5, **_SOLVED), state="REMOTE_RESOLVED"),
    reminded(6, "CONFIRM_REQUEST", "REMOTE_RESOLVED", _TOO_FEW),
    reminded(12, "CONFIRM_REQUEST", "REMOTE_RESOLVED"),
    reminded(18, "CONFIRM_REQUEST", "REMOTE_RESOLVED", _TOO_FEW),
    step(
        "VerifyService",
        setbacks.unsigned,
        "supervisor",
        24,
        "ServiceVerified",
        "VERIFIED",
        no("A-ROLE", "unsigned", by="specialist"),
        no("V-REQ", "reason", reason=None),
        no("V-FMT", "accepts_effect", accepts_effect=True),
        then=("CallbackScheduled",),
    ),
    plain("SubmitCompletionReport", by="specialist", form="COMPLETION", delivered_via="EMAIL"),
    reminded(29, "EVALUATION_REQUEST", "VERIFIED"),
    step("DeclineEvaluation", setbacks.declined, "specialist", 30, "EvaluationDeclined", "EVALUATED"),
)
"""The customer answers nothing: asked three times, verified by a supervisor, and not rated."""
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
