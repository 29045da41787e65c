"""Visits that do not go as planned, and services of other kinds, as steps: what the normal walk has, otherwise.

Hours count as in the normal walk. `ESCALATED` is what reactors add when an approval was refused twice.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from tests.e2e.walks import ANSWERED, FEEDBACK, PHOTO, W1, Refusal, Step, archived, document, no, nor, step
from tests.support import setbacks, visit
from tests.support.samples import at

ESCALATED = ("Escalated",)
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
    """Approved, confirmed, read and prepared, within half an hour."""
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
    """Work by the first step from this hour on, finished a third of an hour later."""
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
