"""Bodies of the commands of a visit, in the order of the norm; each test changes what it is about.

Hours count from NOON: approved within the first, on site from the 20th, verified in the 28th, home in the 32nd.
"""

from collections.abc import Callable
from typing import Any

from tests.support.samples import at

SIGNATURE_FILE = f"sha256:{'a' * 64}"
SHOWN = "b" * 64
EVIDENCE_FILE = f"sha256:{'c' * 64}"
RULES_FILE = f"sha256:{'d' * 64}"
FILES = {SIGNATURE_FILE, f"sha256:{SHOWN}", EVIDENCE_FILE, RULES_FILE}
"""What the file store holds in these bodies."""
STRANGE_ID = "00000000-0000-4000-8000-000000000000"
Body = Callable[..., dict[str, Any]]


def body_of(fields: Callable[[], dict[str, Any]]) -> Body:
    """The fields with changes; a change to None takes a field out."""

    def body(**changes: Any) -> dict[str, Any]:
        return {name: value for name, value in {**fields(), **changes}.items() if value is not None}

    return body


def signature(hours: float, **changes: Any) -> dict[str, Any]:
    """The customer's signature at this hour."""
    fields = {
        "signed_by": "李建国",
        "title": "注塑车间主任",
        "signed_at": at(hours),
        "sign_mode": "SCREEN",
        "file_ref": SIGNATURE_FILE,
        "doc_hash": SHOWN,
    }
    return {**fields, **changes}


def confirmation(hours: float, **changes: Any) -> dict[str, Any]:
    """The customer's word from afar at this hour."""
    fields = {"name": "张伟", "via": "EMAIL", "at": at(hours), "evidence_ref": EVIDENCE_FILE}
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def part(**changes: Any) -> dict[str, Any]:
    """A replaced guide pin."""
    fields = {"part_no": "GP-20", "model": "SUJ2", "name": "导柱", "qty": 2, "unit": "件", "old_part": "RETURN"}
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def items(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The six items of the checklist, drawings not needed; an empty change takes an item out."""
    done = {"status": "DONE", "detail": "已核对"}
    listed = dict.fromkeys(("PERSONNEL", "TOOLS", "SPARES", "FORMS", "SAFETY"), done)
    listed["DRAWINGS"] = {"status": "NOT_NEEDED", "detail": "无", "reason": "结构未改动"}
    return [{"item": name, **fields} for name, fields in {**listed, **changes}.items() if fields]


request = body_of(
    lambda: {
        "reason": "STRUCTURAL_DAMAGE",
        "justification": "分型面压伤，须现场修配",
        "expected_days": 1.5,
        "people_needed": 1,
        "service_mode": "ONSITE",
    }
)
approval = body_of(lambda: {"decision_note": "同意派人", "deferred_warranty_reason": "现场读取模次后判定"})
rejection = body_of(
    lambda: {"reason": "REMOTE_NOT_TRIED", "alternative": "先安排视频支持", "customer_informed_at": at(0.4)}
)
appointment = body_of(
    lambda: {
        "visit_at": at(20),
        "site_contact": {"name": "李建国", "phone": "+86 574 8765 4322"},
        "specific_needs": "腾出 450T 注塑机和行车",
        "confirmed_by": "李建国",
        "confirmed_via": "HOTLINE",
        "confirmed_at": at(0.9),
    }
)
reading = body_of(
    lambda: {"rules_ref": RULES_FILE, "ppe": ["安全鞋", "护目镜"], "permits": ["动火证"], "read_at": at(1.9)}
)
preparation = body_of(
    lambda: {"items": items(), "technicians": ["technician"], "spares": [part(old_part=None)]},
)
arrival = body_of(lambda: {"arrived_at": at(20), "people": ["technician"], "location_note": "二车间 6 号机"})
problem = body_of(
    lambda: {
        "met_with": {"name": "李建国", "title": "注塑车间主任"},
        "phenomenon": "动模侧分型面压伤，飞边 0.15 毫米",
        "mould_running": False,
        "shots": 182000,
        "differs": False,
        "fault_code": "I-PQ-01",
    }
)
plan = body_of(
    lambda: {
        "steps": [{"seq": 1, "text": "拆模清理"}, {"seq": 2, "text": "补焊修配分型面，换导柱"}],
        "parts_planned": [part(old_part=None)],
        "downtime_est_h": 4,
        "risk": "补焊可能引起局部变形",
        "cost_effect": "FREE",
    }
)
agreement = body_of(lambda: {"plan_version": 1, "signature": signature(21.4), "agreed_until": at(44)})
refusal = body_of(lambda: {"plan_version": 1, "reason": "停机时间太长", "refused_by": "李建国"})
work = body_of(
    lambda: {
        "plan_version": 1,
        "started_at": at(21.5),
        "ended_at": at(25),
        "safety_check": {"loto": True, "energy_zero": True, "secured": True},
        "key_steps": [
            {"seq": 1, "plan_step": 1, "time": at(22), "operation": "拆下动模，清理分型面"},
            {"seq": 2, "plan_step": 2, "time": at(24), "operation": "补焊、研配，更换导柱"},
        ],
        "parts": [part()],
        "parameters": [{"name": "clamp_force", "before": "4200", "after": "4000", "unit": "kN"}],
        "people": ["technician"],
        "incident": False,
        "rule_breach": False,
    }
)
finish = body_of(lambda: {"finished_at": at(25.4), "labour_h": 3.5, "removed_parts_handled": True})
trial = body_of(
    lambda: {
        "kind": "TRIAL_MOULDING",
        "started_at": at(25.5),
        "ended_at": at(26.9),
        "shots": 60,
        "parts_per_shot": 2,
        "good_qty": 117,
        "reject_qty": 3,
        "no_parameters": True,
        "result": "PASS",
        "problem_gone": True,
        "mould_normal": True,
    }
)
verification = body_of(
    lambda: {"mode": "ONSITE", "accepts_content": True, "accepts_effect": True, "signature": signature(27.4)}
)
remote_verification = body_of(
    lambda: {"mode": "REMOTE", "accepts_content": True, "accepts_effect": True, "confirmation": confirmation(27.4)}
)
departure = body_of(dict)
homecoming = body_of(dict)
completion_report = body_of(
    lambda: {
        "form": "SITE_REPORT",
        "service_content": "修配动模分型面，更换导柱一副",
        "measures": "补焊研配后试模 60 模，飞边消除",
        "root_cause": {"category": "WEAR", "text": "导柱磨损使合模偏位"},
        "liability": "OURS",
        "parts_replaced": [part()],
        "no_open_issues": True,
        "usage_advice": "每 5 万模检查导柱间隙",
        "delivered_to": "李建国",
        "delivered_via": "VERBAL",
        "doc_hash": SHOWN,
    }
)
evaluation = body_of(
    lambda: {
        "process": 5,
        "result": 4,
        "attitude": 5,
        "comment": "修得快",
        "evaluated_by": "李建国",
        "signature": signature(28.9),
    }
)
