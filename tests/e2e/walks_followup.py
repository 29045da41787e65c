"""What happens after a service as steps: call-backs of every outcome, cycles, remedies, records, words and pauses.

Hours count as in the normal walk; a second cycle is the same data so many hours later (`again`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.e2e.walking import real
from tests.e2e.walks import (
    ANSWERED,
    FEEDBACK,
    PHOTO,
    W2,
    Refusal,
    Step,
    archived,
    called_back,
    document,
    no,
    nor,
    step,
)
from tests.e2e.walks_dispatch import ESCALATED, asked, opened, refused
from tests.support import service, visit
from tests.support.samples import NOON, at

CYCLE = 36.0
"""Hours of one cycle."""
_FAR = {one.command: replace(one, refused=()) for one in W2}
_SHOWN = f"sha256:{visit.SHOWN}"
SOLVED = replace(_FAR["LogRemoteSession"], state="REMOTE_RESOLVED")
CONFIRMED = _FAR["VerifyService"]
RATED = (_FAR["SubmitCompletionReport"], _FAR["EvaluateService"])
TOLD = FEEDBACK
FILED = replace(archived(), refused=())


def papers(*files: str) -> tuple[Step, ...]:
    """The papers of a service from afar, each from the file that is named in its place."""
    kinds = ("SERVICE_RECORD", "REMOTE_LOG", "COMPLETION")
    return tuple(document(kind, file, "EVALUATED") for kind, file in zip(kinds, files, strict=True))


SERVED = (*opened(), SOLVED, CONFIRMED, *RATED, *papers(_SHOWN, visit.EVIDENCE_FILE, _SHOWN), *TOLD, FILED)
"""A service from afar, up to the archive."""
SERVED_AGAIN = (SOLVED, CONFIRMED, *RATED, *papers(visit.EVIDENCE_FILE, _SHOWN, visit.EVIDENCE_FILE), FILED)
SERVED_A_THIRD_TIME = (SOLVED, CONFIRMED, *RATED, *papers(visit.RULES_FILE, visit.RULES_FILE, visit.RULES_FILE), FILED)
"""The same in a later cycle: papers of its own; departments were told before."""


def again(steps: Sequence[Step], hours: float) -> tuple[Step, ...]:
    """The same steps so many hours later, with every instant that they name."""
    return tuple(
        replace(
            one,
            hour=one.hour + hours,
            body=_later(one.body, hours),
            refused=tuple(
                replace(no_, body=None if no_.body is None else _later(no_.body, hours)) for no_ in one.refused
            ),
        )
        for one in steps
    )


def _later(body: Callable[..., dict[str, Any]], hours: float) -> Callable[..., dict[str, Any]]:
    def moved(**changes: Any) -> dict[str, Any]:
        told: dict[str, Any] = real(body(**changes), lambda hour: NOON + timedelta(hours=hour + hours), {})
        return told

    return moved


def said(body: Mapping[str, Any]) -> Callable[..., dict[str, Any]]:
    """A body; a change to None takes a field out."""
    return visit.body_of(lambda: dict(body))


def unhappy(*refusals: Refusal, by: str = "specialist") -> Step:
    """The customer is dissatisfied at the call-back after a week."""
    changes = {"final_satisfaction": 2, "recurrence": True, "follow_up": True, "opinions": "飞边又出现了"}
    happy = called_back("D7", *refusals)
    return replace(happy, by=by, changes={**happy.changes, **changes})


def reopened(hour: float, *refusals: Refusal, trigger: str = "CALLBACK", by: str = "specialist") -> Step:
    """The same problem is back."""
    body = said({"trigger": trigger, "reason": "回访时客户反映飞边复现"})
    return step("ReopenCase", body, by, hour, "CaseReopened", "DIAGNOSING", *refusals)


NOT_YET = nor("CloseCase", said({}), "specialist", "S-GUARD", "improvement_id")
W8 = (
    *SERVED,
    unhappy(nor("CloseCase", said({}), "specialist", "S-GUARD")),
    reopened(35.5, NOT_YET, no("A-ROLE", by="customer"), no("A-ROLE", by="sales"), no("V-REQ", "reason", reason=None)),
    *again((*SERVED_AGAIN, called_back("D7", then=("CaseClosed",))), CYCLE),
)
"""Dissatisfied at the call-back: not closed, opened again, served again, closed."""
REOPENED_TWICE = (
    *SERVED,
    unhappy(),
    reopened(35.5),
    *again(
        (*SERVED_AGAIN, replace(called_back("D7", then=("CaseClosed",)), refused=())),
        CYCLE,
    ),
    reopened(2 * CYCLE, no("S-STATE", trigger="CANCELLED_IN_ERROR", by="supervisor"), trigger="CUSTOMER"),
    *again((*SERVED_A_THIRD_TIME, called_back("D7", then=("CaseClosed",))), 2 * CYCLE),
)
"""Back at the call-back, and again after closing."""
CONSENT = {"improvement_id": "<improvement>", "consent_ref": visit.EVIDENCE_FILE}
DISSATISFIED = (*SERVED[:-2], FILED, unhappy())
"""Up to the dissatisfied customer; the department that was told has not answered."""
IMPROVED = (
    step(
        "AcknowledgeDepartmentFeedback",
        service.answer,
        "quality",
        35.2,
        "DepartmentFeedbackAcknowledged",
        "ARCHIVED",
        no("V-REQ", "action", action=None),
        no("V-REQ", "improvement_id", improvement_id=None),
        no("V-FMT", "improvement_id", action="NONE"),
        no("A-ROLE", by="store"),
        action="IMPROVEMENT",
        improvement_id="<improvement>",
    ),
    step(
        "CloseCase",
        said(CONSENT),
        "specialist",
        36,
        "CaseClosed",
        "CLOSED",
        no("V-REQ", "consent_ref", consent_ref=None),
        no("V-REQ", "improvement_id", improvement_id=None),
        no("S-GUARD", "improvement_id", improvement_id=None, consent_ref=None),
        no("A-ROLE", by="supervisor"),
    ),
)
"""An improvement was opened: its department says so, and the customer agrees in writing that the case is closed."""
BY_CUSTOMER = (
    *SERVED,
    replace(
        called_back("D7", no("A-ROLE", by="stranger"), then=("CaseClosed",)),
        by="customer",
    ),
)
"""The customer answers the call-back himself."""


def tried(hour: float, method: str, *refusals: Refusal) -> Step:
    """Nobody answers."""
    body = said({"point": "D7", "method": method, "result": "NO_ANSWER"})
    return step("AttemptCallback", body, "specialist", hour, "CallbackAttempted", "ARCHIVED", *refusals)


_GIVEN_UP = said({"point": "D7"})
_TOO_FEW = nor("GiveUpCallback", _GIVEN_UP, "specialist", "S-GUARD", "point")
W10 = (
    *SERVED,
    tried(35, "PHONE", no("A-ROLE", by="technician"), no("S-GUARD", "point", point="M1"), _TOO_FEW),
    tried(36, "PHONE", _TOO_FEW),
    tried(70, "PHONE", _TOO_FEW),
    tried(71, "EMAIL", _TOO_FEW),
    step(
        "GiveUpCallback",
        _GIVEN_UP,
        "specialist",
        72,
        "CallbackUnreachable",
        "ARCHIVED",
        no("A-ROLE", by="supervisor"),
        no("V-FMT", "attempts", attempts=3),
        then=("CaseClosed",),
    ),
)
"""Tried on two days and in two ways, then given up."""
_PARTS = [visit.part(old_part=None)]
_SHIPMENT = {
    "parts": _PARTS,
    "carrier": "顺丰速运",
    "tracking_no": "SF1000000001",
    "shipped_at": at(1),
    "charge": "FREE",
}
_ARRIVAL = {"received_at": at(3), "complete": True}
BY_POST = (
    *opened(problem_type="WEAR_PART"),
    step(
        "ShipSpare",
        said(_SHIPMENT),
        "specialist",
        1.2,
        "SpareShipped",
        "DIAGNOSING",
        no("A-ROLE", by="engineer"),
        no("S-GUARD", "charge", charge="FULL"),
        no("V-REQ", "parts", parts=[]),
        no("V-TIME", "shipped_at", shipped_at=at(80)),
        nor("ReceiveSpare", said(_ARRIVAL), "customer", "S-STATE"),
    ),
    step(
        "ReceiveSpare",
        said(_ARRIVAL),
        "customer",
        3.1,
        "SpareReceived",
        "DIAGNOSING",
        no("A-ROLE", by="stranger"),
        no("A-ROLE", by="technician"),
        no("V-REQ", "difference", complete=False),
        no("V-TIME", "received_at", received_at=at(0.5)),
    ),
    replace(SOLVED, refused=(nor("ReceiveSpare", said(_ARRIVAL), "customer", "S-GUARD", "shipped_event_id"),)),
    replace(
        CONFIRMED,
        by="customer",
        changes={"confirmation": None},
        refused=(no("A-ROLE", by="stranger"), no("S-GUARD", "confirmation", by="specialist")),
    ),
    RATED[0],
    replace(RATED[1], by="customer", changes={"signature": None}, refused=(no("A-ROLE", by="stranger"),)),
)
"""A wear part goes by post; a session guides the fitting; the customer confirms and rates it himself."""


def decided(hour: float, by: str, *refusals: Refusal, **changes: Any) -> Step:
    """What the customer is granted."""
    fields = {"asked": "PRICE_REDUCTION", "granted": "NONE", "step": "FIRST", "reason": "服务记录完整，未见失职"}
    body = said({**fields, "customer_informed_at": at(hour), **changes})
    return step("DecideRemedy", body, by, hour, "RemedyDecided", "REMOTE_RESOLVED", *refusals)


ABOUT_US: dict[str, Any] = {
    **{"case_kind": "COMPLAINT", "complained_about": "technician", "scope": "FEEDBACK"},
    **dict.fromkeys(("mould_no", "mould_model", "mould_spec", "mould_kind", "order_no")),
    "problem_description": "上次服务人员迟到两小时且未打扫现场",
    "remedy_requested": "减免服务费",
    "production_status": "RUNNING",
}
"""A complaint about one of us; no mould is meant."""
_UNREMEDIED = nor("VerifyService", visit.remote_verification, "specialist", "S-GUARD")
COMPLAINT = (
    *opened(ABOUT_US, problem_type="OTHER", fault_code=None),
    ANSWERED,
    SOLVED,
    decided(
        5,
        "supervisor",
        _UNREMEDIED,
        no("A-ROLE", by="specialist"),
        no("V-REQ", "amount_fen", granted="PRICE_REDUCTION"),
        no("V-FMT", "amount_fen", amount_fen=100),
        no("S-GUARD", "step", step="SECOND_LOOK", granted="REPAIR"),
        accepted_by_customer=False,
    ),
    decided(
        6,
        "deputy",
        _UNREMEDIED,
        no("A-SELF", by="supervisor"),
        no("V-REQ", "external_remedies", granted="NONE", amount_fen=None),
        no("S-GUARD", "step", step="FIRST"),
        step="SECOND_LOOK",
        granted="PRICE_REDUCTION",
        amount_fen=30000,
        accepted_by_customer=True,
    ),
    CONFIRMED,
    *RATED,
)
"""Refused at first, granted by another person at the second look, verified after it."""
ABOUT_SUPERVISOR = (
    *opened({**ABOUT_US, "complained_about": "supervisor"}, problem_type="OTHER", fault_code=None),
    SOLVED,
    decided(5, "deputy", no("A-SELF", by="supervisor"), granted="REPAIR", accepted_by_customer=True),
    CONFIRMED,
)
"""Who is complained about decides nothing."""
_RAISED = {"clock": "APPROVAL", "level": 3}
_TAKEN = said(_RAISED)
TAKEN_UP = (
    *opened(),
    asked(nor("AcknowledgeEscalation", _TAKEN, "supervisor", "S-GUARD", "clock")),
    refused(3.2, "supervisor"),
    asked(hour=3.4, by="engineer"),
    refused(3.6, "deputy", then=ESCALATED),
    step(
        "AcknowledgeEscalation",
        _TAKEN,
        "supervisor",
        4,
        "EscalationAcknowledged",
        "DIAGNOSING",
        no("A-ROLE", by="specialist"),
        no("A-ROLE", by="sales"),
        no("V-RANGE", "level", level=5),
    ),
    asked(nor("AcknowledgeEscalation", _TAKEN, "deputy", "S-GUARD", "clock"), hour=4.5),
)
"""A visit refused twice is raised; one of those who were told takes it up, once."""
_PAUSE = {
    "clocks": ["RESOLUTION"],
    "reason": "WAIT_WINDOW",
    "evidence_ref": visit.EVIDENCE_FILE,
    "expected_until": at(60),
}
_ON = {"cause": "客户已停机"}
PAUSED = (
    *opened(),
    step(
        "PauseClocks",
        said(_PAUSE),
        "specialist",
        2,
        "SlaPaused",
        "TRIAGED",
        nor("ResumeClocks", said(_ON), "specialist", "S-GUARD", "clocks"),
        no("A-ROLE", by="engineer"),
        no("A-ROLE", "expected_until", expected_until=at(20000)),
        no("S-GUARD", "clocks[0]", clocks=["FIRST_RESPONSE"]),
        no("V-REQ", "clocks", clocks=[]),
        no("V-REQ", "evidence_ref", evidence_ref=None),
        no("V-TIME", "expected_until", expected_until=at(1)),
    ),
    step(
        "ResumeClocks",
        said(_ON),
        "supervisor",
        20,
        "SlaResumed",
        "TRIAGED",
        nor("PauseClocks", said(_PAUSE), "specialist", "S-GUARD", "clocks[0]"),
        no("A-ROLE", by="engineer"),
        no("S-GUARD", "clocks[0]", clocks=["PROGRESS"]),
        no("V-REQ", "cause", cause=None),
    ),
    replace(SOLVED, hour=24, changes={**SOLVED.changes, "started_at": at(23), "ended_at": at(24)}),
    CONFIRMED,
)
"""Nobody can work while the customer produces: the clock stands still from the second to the twentieth hour."""
_ASKED = {"via": "EMAIL", "to": "张伟", "text": "预计今天给出方案", "trigger": "PROGRESS"}
_SENT = {**_ASKED, "request_event_id": "<MessageRequested>", "delivered": True}
MESSAGED = (
    *opened(),
    step(
        "RequestMessage",
        said(_ASKED),
        "engineer",
        1,
        "MessageRequested",
        "TRIAGED",
        no("A-ROLE", by="auditor"),
        no("A-ROLE", by="quality"),
        no("V-ENUM", "trigger", trigger="GREETING"),
        no("V-REQ", "text", text=None),
    ),
    step(
        "NotifyCustomer",
        said(_SENT),
        "sales",
        2,
        "CustomerNotified",
        "TRIAGED",
        no("A-ROLE", by="customer"),
        no("V-REF", "request_event_id", request_event_id=visit.STRANGE_ID),
    ),
    step(
        "NotifyCustomer",
        said({**_ASKED, "via": "IM"}),
        "technician",
        3,
        "CustomerNotified",
        "TRIAGED",
        nor("NotifyCustomer", said(_SENT), "specialist", "V-REF", "request_event_id"),
    ),
)
"""A message is asked for and recorded as sent, once; another was said without being asked for."""
_D3 = {"d": 3, "text": "全检在库并隔离同批导柱", "due_at": at(50), "evidence": [PHOTO]}
_ANALYSIS = {"part_no": "GP-20", "received_at": at(30), "finding": "导柱表面拉伤，硬度偏低", "cause": "HEAT_TREAT"}


def discipline(hour: float, by: str, *refusals: Refusal, **changes: Any) -> Step:
    """A step of the 8D record."""
    body = said({**_D3, **changes})
    return step("RecordDiscipline", body, by, hour, "DisciplineRecorded", "VERIFIED", *refusals)


MADE_GOOD = (
    discipline(
        30,
        "specialist",
        no("V-RANGE", "d", d=2),
        no("A-ROLE", by="technician"),
        no("A-ROLE", by="store"),
        no("V-FILE", "evidence[0]", evidence=["sha256:" + "0" * 64]),
    ),
    discipline(31, "quality", d=4, text="热处理回火温度失控"),
    discipline(32, "engineer", d=3, done_at=at(31.5)),
    step(
        "AnalyseReturnedPart",
        said(_ANALYSIS),
        "quality",
        33,
        "ReturnedPartAnalysed",
        "VERIFIED",
        no("S-GUARD", "part_no", part_no="GP-99"),
        no("V-REQ", "ntf_criteria", cause="NTF"),
        no("V-TIME", "received_at", received_at=at(80)),
        no("A-ROLE", by="store"),
        no("A-ROLE", by="specialist"),
    ),
)
"""After a visit that replaced parts: the 8D record, one step of it twice, and the old part analysed."""
