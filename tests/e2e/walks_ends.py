"""Cases that end without a service, and those that come back, as steps: merged, transferred, cancelled, changed."""

from typing import Any

from msgspec.structs import replace

from tests.e2e.walks import Step, no, nor, step
from tests.e2e.walks_dispatch import ARRIVED, VERIFIED, asked, opened, plain, prepared
from tests.e2e.walks_followup import said
from tests.support import samples, service, visit
from tests.support.samples import at

REPORTED = opened()[:1]
_AGAIN = {
    "channel": "SALES_RELAY",
    "relayed_by": "sales",
    "relay_received_at": at(-1),
    "received_at": at(0.5),
    "contact_name": "王芳",
    "contact_phone": "+86 574 8765 4399",
}
RELAYED = (plain("RegisterFeedback", by="sales", **_AGAIN),)
"""The same problem as sales heard it, before the hotline did."""
_SAME = {"master_case_id": "<master>", "same_reason": "同一模具同一飞边"}
MERGED = (
    *RELAYED,
    step(
        "MarkDuplicate",
        said(_SAME),
        "specialist",
        1,
        "CaseMarkedDuplicate",
        "MERGED",
        no("A-ROLE", by="sales"),
        no("V-REF", "master_case_id", master_case_id="00000-0000z"),
        no("S-GUARD", "master_case_id", master_case_id="<stranger>"),
        no("V-REQ", "same_reason", same_reason=None),
    ),
)
"""The relay of a case that the hotline has already (W9)."""
_OTHER = {"reason": "核对后是另一副模具的问题"}
UNMERGED = (
    step(
        "UnmarkDuplicate",
        said(_OTHER),
        "supervisor",
        2,
        "DuplicateUnmarked",
        "RECEIVED",
        no("A-ROLE", by="specialist"),
        no("V-REQ", "reason", reason=None),
        nor("Classify", samples.classification, "specialist", "S-STATE"),
        nor("MarkDuplicate", said(_SAME), "specialist", "S-STATE"),
    ),
    replace(opened()[1], hour=2.2),
)
"""It was another problem after all, and goes on by itself."""
_THERE = {"to": "技术部", "kind": "OTHER_DEPT", "customer_informed_at": at(0.9)}
_BACK = {"reason": "量产后的损坏，属售后"}
TRANSFERRED = (
    *REPORTED,
    step(
        "TransferCase",
        said(_THERE),
        "specialist",
        1,
        "CaseTransferred",
        "TRANSFERRED",
        no("A-ROLE", by="engineer"),
        no("V-TIME", "customer_informed_at", customer_informed_at=at(80)),
        no("V-ENUM", "kind", kind="ELSEWHERE"),
        nor("ReturnTransfer", said(_BACK), "quality", "S-STATE"),
    ),
    step(
        "ReturnTransfer",
        said(_BACK),
        "quality",
        2,
        "TransferReturned",
        "RECEIVED",
        no("A-ROLE", by="specialist"),
        no("V-REQ", "reason", reason=None),
        nor("Classify", samples.classification, "specialist", "S-STATE"),
    ),
    replace(opened()[1], hour=2.2),
)
"""Taken for somebody else's matter, and back."""
_WITHDRAWN = {"reason": "CUSTOMER_WITHDREW", "evidence_ref": visit.EVIDENCE_FILE}
_IN_ERROR = {"trigger": "CANCELLED_IN_ERROR", "reason": "客户撤销的是另一单"}


def cancelled(hour: float) -> Step:
    """The customer takes the request back."""
    return step(
        "CancelCase",
        said(_WITHDRAWN),
        "specialist",
        hour,
        "CaseCancelled",
        "CANCELLED",
        no("A-ROLE", "reason", reason="TEST"),
        no("A-ROLE", by="sales"),
        no("V-REQ", "evidence_ref", evidence_ref=None),
    )


CANCELLED_IN_ERROR = (
    *opened(),
    cancelled(1),
    step(
        "ReopenCase",
        said(_IN_ERROR),
        "supervisor",
        2,
        "CaseReopened",
        "RECEIVED",
        no("A-ROLE", by="specialist"),
        no("S-STATE", trigger="CUSTOMER"),
        no("V-REQ", "reason", reason=None),
        nor("Classify", samples.classification, "specialist", "S-STATE"),
    ),
    replace(opened()[1], hour=2.2),
)
"""Cancelled, and back in a second cycle, to be classified anew."""
_PRICE: dict[str, Any] = {
    "quote_no": "BJ-2026-201",
    "lines": [{"kind": "LABOUR", "qty": 8, "unit_price_fen": 30000}],
    "valid_until": at(200),
}
_DECIDED = {"quote_no": "BJ-2026-201", "decided_by": "李建国"}
CHARGED = step(
    "AssessWarranty",
    service.warranty,
    "specialist",
    0.5,
    "WarrantyAssessed",
    "TRIAGED",
    verdict="OUT_TIME",
    liability="CUSTOMER",
    charge="FULL",
)
OFFERED = step(
    "IssueQuotation",
    said(_PRICE),
    "sales",
    1,
    "QuotationIssued",
    "TRIAGED",
    no("A-ROLE", by="specialist"),
    no("A-ROLE", "lines", by="supervisor"),
    no("V-REQ", "lines", lines=[]),
    no("V-TIME", "valid_until", valid_until=at(0)),
    nor("DecideQuotation", said({**_DECIDED, "accepted": True}), "customer", "V-REF", "quote_no"),
)
QUOTATION_REFUSED = (
    *opened(),
    replace(CHARGED, refused=(nor("IssueQuotation", said(_PRICE), "sales", "S-GUARD"),)),
    OFFERED,
    step(
        "DecideQuotation",
        said({**_DECIDED, "accepted": False, "reason": "超出预算"}),
        "customer",
        2,
        "QuotationDecided",
        "TRIAGED",
        no("A-ROLE", by="stranger"),
        no("A-ROLE", by="sales"),
        no("V-REQ", "reason", reason=None),
        no("S-GUARD", "confirmation", by="specialist"),
    ),
    replace(
        cancelled(3),
        refused=(nor("DecideQuotation", said({**_DECIDED, "accepted": True}), "customer", "S-GUARD", "quote_no"),),
    ),
)
"""The customer does not want it at that price, and takes the request back."""
CHANGE = (
    *opened({"scope": "CHANGE"}, problem_type="OTHER", fault_code=None),
    CHARGED,
    replace(OFFERED, refused=()),
    step(
        "DecideQuotation",
        said({**_DECIDED, "accepted": True}),
        "specialist",
        2,
        "QuotationDecided",
        "TRIAGED",
        no("S-GUARD", "confirmation", confirmation=None),
        confirmation=visit.confirmation(1.9),
    ),
    asked(no("V-REQ", "waiver_reason", waiver_reason=None), reason="CONTRACT", waiver_reason="设变须改模具"),
    *prepared(),
    ARRIVED[0],
    plain("ConfirmProblem", fault_code=None),
    plain("ProposePlan", cost_effect="FULL"),
    plain("AgreePlan"),
    plain("PerformWork"),
    plain("FinishWork"),
    plain("RecordTrialRun"),
    *VERIFIED,
)
"""A change of the design (设变) instead of a fault: no fault code, paid by the customer, otherwise a visit."""
