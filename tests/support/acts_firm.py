"""Bodies of the commands that are about no case: customers, moulds, people, rules, channels, improvements, reports."""

from datetime import timedelta
from typing import Any

from services.command_line.seeding import content
from shared.events.vocabulary import Role
from shared.masters.improvement import Improvement
from shared.masters.policy import Policy
from shared.masters.staff import Staff
from tests.support import samples
from tests.support.scene import Act, Scene
from tests.support.visit import EVIDENCE_FILE

_REASON = {"reason": "年度核对"}


def customer(scene: Scene) -> dict[str, Any]:
    return samples.customer(customer_no=f"L-{scene.number}")


def customer_revision(scene: Scene) -> dict[str, Any]:
    return {"fields": {"customer_name": f"宁波第 {scene.number} 塑料制品有限公司"}, **_REASON}


def service_start(scene: Scene) -> dict[str, Any]:
    """The customer was sent a notice by this name."""
    return {
        "channel_id": scene.others["channel"],
        "notice_id": f"n-{scene.id}",
        "started_on": scene.at.date().isoformat(),
    }


def mould(scene: Scene) -> dict[str, Any]:
    return samples.mould(scene.others["customer"], mould_no=f"L-{scene.number}")


def mould_revision(scene: Scene) -> dict[str, Any]:
    return {"fields": {"cavities": scene.number}, **_REASON}


def warranty_terms(scene: Scene) -> dict[str, Any]:
    times = {"start": "2024-07-15", "start_basis": "ACCEPTANCE", "months": 24}
    return {**times, "contract_ref": f"HT-{scene.number}"}


def shots(scene: Scene) -> dict[str, Any]:
    return {"shots": 100_000 + scene.number, "read_at": scene.hours(), "estimated": False}


def mould_move(scene: Scene) -> dict[str, Any]:
    return {"to_customer_id": scene.others["customer"], "reason": "转厂生产"}


def reason(scene: Scene) -> dict[str, Any]:
    return dict(_REASON)


def user(scene: Scene) -> dict[str, Any]:
    return {"user_name": f"l-{scene.number}", "roles": ["ANALYST"], "dept": "QUALITY"}


def roles(scene: Scene) -> dict[str, Any]:
    return {"roles": scene.choose("roles", ["ANALYST", "AUDITOR"], ["DEPT"]), **_REASON}


def person(scene: Scene) -> dict[str, Any]:
    return {"person_id": scene.id, "name": "陈工", "dept": "TECH"}


def skill(scene: Scene) -> dict[str, Any]:
    return {"skill": "热流道", "level": 3}


def delegate(scene: Scene) -> dict[str, Any]:
    """For an hour, long before anything happens that somebody else could decide."""
    times = {"valid_from": scene.hours(-2000), "valid_to": scene.hours(-1999)}
    return {"delegate": "analyst", **times, "reason": "出差"}


def revocation(scene: Scene) -> dict[str, Any]:
    """The newest appointment; one that nobody made where there is none."""
    lent = scene.state.delegations if isinstance(scene.state, Staff) else ()
    return {"appointed_event_id": lent[-1].event_id if lent else "0" * 36}


def department(scene: Scene) -> dict[str, Any]:
    return {"name": f"L-{scene.number}", "dept": "QUALITY", "topics": ["MANUFACTURE"]}


def _version(scene: Scene) -> dict[str, Any]:
    newest = scene.state.newest if isinstance(scene.state, Policy) else 0
    return {"version": newest + 1, "effective_from": scene.hours(), "drafted_by": scene.user}


def service_levels(scene: Scene) -> dict[str, Any]:
    """The same targets in a new version."""
    return {**_version(scene), "content": content("service_levels")}


def calendar(scene: Scene) -> dict[str, Any]:
    """The same days in a new version."""
    return {**_version(scene), "content": content("calendar")}


def fault_codes(scene: Scene) -> dict[str, Any]:
    """The same codes in a new version."""
    return {**_version(scene), "content": content("fault_codes")}


def channel(scene: Scene) -> dict[str, Any]:
    body = {"channel": "HOTLINE", "address": "+86 574 5550 1000", "service_hours": "周一至周六 08:00-20:00"}
    return {**body, "owner": "specialist", "backup_owner": "supervisor"}


def channel_revision(scene: Scene) -> dict[str, Any]:
    return {"fields": {"address": f"+86 574 5550 {1000 + scene.number}"}, **_REASON}


def channel_status(scene: Scene) -> dict[str, Any]:
    status = scene.choose("status", "OPEN", "DOWN")
    stand_in = {"substitute": "EMAIL"} if status == "DOWN" else {}
    return {"status": status, "checked_at": scene.hours(), **stand_in}


def notice(scene: Scene) -> dict[str, Any]:
    """To the newest customer, of the channel as it is now."""
    told = scene.others["customer"]
    body = {"notice_id": f"n-{told}", "customer_id": told, "medium": "EMAIL", "sent_at": scene.hours()}
    return {**body, "channels_version": scene.state.version or 1}


def improvement(scene: Scene) -> dict[str, Any]:
    body = {"source": "CASE", "finding": "滑块封胶面早期磨损", "department": "QUALITY"}
    return {**body, "evidence_cases": [scene.others["case"]]}


def plan(scene: Scene) -> dict[str, Any]:
    figures = {"target_metric": "M-05", "baseline": 8, "target": 4}
    work = {"measure": "镶件改用 2343 并渗氮", "owner": "engineer", "due_at": scene.hours(720)}
    return {**work, **figures, "horizontal_check": "同系列三副模具已排查"}


def action(scene: Scene) -> dict[str, Any]:
    return {"done_at": scene.hours(), "evidence": [EVIDENCE_FILE]}


def outcome(scene: Scene) -> dict[str, Any]:
    return {"observed": 3.5, "effective": scene.choose("effective", True, True, False)}


def late_improvement(scene: Scene) -> dict[str, Any]:
    """As if its sixty days had begun long ago."""
    began = scene.state.since.at if isinstance(scene.state, Improvement) and scene.state.since else scene.at
    return {"clock": "IMPROVEMENT", "due_at": (began + timedelta(days=60)).isoformat(), "policy_version": 1}


def raised_improvement(scene: Scene) -> dict[str, Any]:
    return {"clock": "IMPROVEMENT", "level": 1, "trigger": "PERCENT", "to": ["engineer"]}


def taking_up(scene: Scene) -> dict[str, Any]:
    return {"clock": "IMPROVEMENT", "level": 1}


def report(scene: Scene) -> dict[str, Any]:
    """Of a month long ago, each once."""
    return {"period": f"{1900 + scene.number // 12}-{scene.number % 12 + 1:02}", "cut_off_position": 1}


def review(scene: Scene) -> dict[str, Any]:
    finding = {
        "problem": "滑块磨损",
        "evidence_cases": [scene.others["case"]],
        "departments": ["TECH"],
        "measure": "渗氮",
    }
    return {"meeting_at": scene.hours(), "participants": ["engineer", "quality"], "findings": [finding]}


def issue(scene: Scene) -> dict[str, Any]:
    return {"no_measures": True}


FIRM: dict[str, Act] = {
    "RegisterCustomer": Act(Role.SPECIALIST, customer),
    "ReviseCustomer": Act(Role.SPECIALIST, customer_revision),
    "StartService": Act(Role.SPECIALIST, service_start),
    "RegisterMould": Act(Role.SPECIALIST, mould),
    "ReviseMould": Act(Role.SPECIALIST, mould_revision),
    "SetWarrantyTerms": Act(Role.SALES, warranty_terms),
    "ReportShots": Act(Role.TECHNICIAN, shots),
    "MoveMould": Act(Role.SALES, mould_move),
    "ScrapMould": Act(Role.SPECIALIST, reason),
    "AddUser": Act(Role.ADMIN, user),
    "GrantRole": Act(Role.ADMIN, roles),
    "DisableUser": Act(Role.ADMIN, reason),
    "RegisterPerson": Act(Role.ADMIN, person),
    "RecordSkill": Act(Role.SUPERVISOR, skill),
    "AppointDelegate": Act(Role.SUPERVISOR, delegate),
    "RevokeDelegate": Act(Role.SUPERVISOR, revocation),
    "AddDepartment": Act(Role.ADMIN, department),
    "RemoveDepartment": Act(Role.ADMIN, reason),
    "PublishSlaPolicy": Act(Role.SUPERVISOR, service_levels),
    "PublishCalendar": Act(Role.SUPERVISOR, calendar),
    "PublishVocabulary": Act(Role.ADMIN, fault_codes),
    "RegisterChannel": Act(Role.ADMIN, channel),
    "ReviseChannel": Act(Role.ADMIN, channel_revision),
    "SetChannelStatus": Act(Role.ADMIN, channel_status),
    "SendChannelNotice": Act(Role.SPECIALIST, notice),
    "OpenImprovement": Act(Role.ANALYST, improvement),
    "PlanImprovement": Act(Role.ENGINEER, plan),
    "CompleteImprovementAction": Act(Role.ENGINEER, action),
    "VerifyImprovement": Act(Role.ANALYST, outcome),
    "CloseImprovement": Act(Role.SUPERVISOR, reason),
    "RejectImprovement": Act(Role.SUPERVISOR, reason),
    "ReopenImprovement": Act(Role.ANALYST, reason),
    "FlagImprovementBreach": Act(Role.SYSTEM, late_improvement),
    "EscalateImprovement": Act(Role.SYSTEM, raised_improvement),
    "AcknowledgeImprovementEscalation": Act(Role.ENGINEER, taking_up),
    "DraftReport": Act(Role.ANALYST, report),
    "ReviewReport": Act(Role.SUPERVISOR, review),
    "IssueReport": Act(Role.SUPERVISOR, issue),
}
