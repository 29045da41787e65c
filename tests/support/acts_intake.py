"""Bodies of intake's commands on a case: reported, supplied, answered, ended without service."""

from typing import Any

from shared.case.state import report_of
from shared.events.shapes import Unknown
from shared.events.vocabulary import Role
from tests.support import samples
from tests.support.samples import UNKNOWN
from tests.support.scene import Act, Scene
from tests.support.visit import EVIDENCE_FILE

_SUPPLIED = {
    "mould_spec": "2 腔 P20",
    "mould_model": "HT-88",
    "order_no": "SO-2024-553",
    "mould_kind": "INJECTION",
    "scope": "REPAIR",
}
"""What is told later of fields that were unknown."""


def report(scene: Scene) -> dict[str, Any]:
    """A report on the mould that all cases are about; the channel is one that the role may use."""
    channel = {Role.CUSTOMER: "PORTAL", Role.TECHNICIAN: "VERBAL"}.get(scene.role, "HOTLINE")
    changes: dict[str, Any] = {
        "channel": channel,
        "received_at": scene.hours(),
        "fault_at": scene.hours(-2),
        "customer_id": scene.others["customer"],
        "customer_name": None,
        "scope": scene.choose("scope", "REPAIR", "REPAIR", "TRAINING"),
        "remedy_requested": scene.choose("remedy_requested", "请免费更换镶件", None),
        "info_due_at": scene.hours(24),
    }
    for name in scene.choose("unknown", ("mould_spec",), (), ("mould_model", "order_no")):
        changes[name] = UNKNOWN
    return samples.report(**changes)


def supplement(scene: Scene) -> dict[str, Any]:
    """The first field that is still unknown."""
    given = scene.case.intake.report
    unknown = [name for name in _SUPPLIED if given is not None and isinstance(getattr(given, name), Unknown)]
    name = unknown[0] if unknown else "mould_spec"
    return {"fields": {name: _SUPPLIED[name]}, "source": "客户来电补充"}


def acknowledgement(scene: Scene) -> dict[str, Any]:
    return samples.acknowledgement(ack_at=scene.hours(), next_contact_at=scene.hours(2))


def waiver(scene: Scene) -> dict[str, Any]:
    return {"fields": ["mould_model"], "reason": "铭牌脱落，客户无合同存档"}


def duplicate(scene: Scene) -> dict[str, Any]:
    return {"master_case_id": scene.others.get("case", scene.id), "same_reason": "同一模具同一飞边"}


def absorbed(scene: Scene) -> dict[str, Any]:
    reporter = {"name": "张伟", "contact": "+86 574 8765 4321"}
    times = {"received_at": scene.hours(-1)}
    return {"from_case_id": scene.others["case"], "channel": "HOTLINE", "reporter": reporter, **times}


def released(scene: Scene) -> dict[str, Any]:
    return {"from_case_id": scene.others["case"]}


def transfer(scene: Scene) -> dict[str, Any]:
    return {"to": "销售部", "kind": "NOT_AFTERSALES", "customer_informed_at": scene.hours()}


def cancellation(scene: Scene) -> dict[str, Any]:
    return {"reason": "CUSTOMER_WITHDREW", "evidence_ref": EVIDENCE_FILE}


def reason(scene: Scene) -> dict[str, Any]:
    return {"reason": "经核对另有缘由"}


def reassignment(scene: Scene) -> dict[str, Any]:
    """From whoever answers for the case to the other one of two."""
    owner = scene.case.intake.owner or "specialist"
    other = "deputy" if owner == "specialist" else "specialist"
    return {"from_person": owner, "to_person": other, "reason": "休假交接"}


def correction(scene: Scene) -> dict[str, Any]:
    """What the role may have recorded itself: the hours of work, a step of the 8D record, else the press reported."""
    said = {"reason_code": "TYPO", "reason": "登记时输错"}
    if scene.role is Role.TECHNICIAN and "WorkFinished" in scene.ids:
        return {**said, **_values(scene.ids["WorkFinished"], "labour_h", 3.5, 3.5 + scene.number)}
    if scene.role is Role.ENGINEER and "DisciplineRecorded" in scene.ids:
        return {**said, **_values(scene.ids["DisciplineRecorded"], "d", scene.case.followup.disciplines[0], 6)}
    press = report_of(scene.case).press
    return {**said, **_values(scene.ids["FeedbackReceived"], "press", press, f"{450 + scene.number} T")}


def _values(target: str, path: str, old: Any, new: Any) -> dict[str, Any]:
    return {"target_event_id": target, "field_path": path, "old_value": old, "new_value": new}


INTAKE: dict[str, Act] = {
    "RegisterFeedback": Act(Role.SPECIALIST, report),
    "SupplementInfo": Act(Role.SPECIALIST, supplement),
    "AcknowledgeCase": Act(Role.SPECIALIST, acknowledgement),
    "WaiveInformation": Act(Role.SUPERVISOR, waiver),
    "MarkDuplicate": Act(Role.SPECIALIST, duplicate),
    "AbsorbDuplicate": Act(Role.SYSTEM, absorbed),
    "UnmarkDuplicate": Act(Role.SUPERVISOR, reason),
    "ReleaseDuplicate": Act(Role.SYSTEM, released),
    "TransferCase": Act(Role.SPECIALIST, transfer),
    "ReturnTransfer": Act(Role.DEPT, reason),
    "CancelCase": Act(Role.SPECIALIST, cancellation),
    "ReassignCase": Act(Role.SUPERVISOR, reassignment),
    "CorrectRecord": Act(Role.SUPERVISOR, correction),
}
