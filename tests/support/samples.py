"""Bodies of commands as a desk would send them; each test changes what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Monday, 12:00 in Shanghai."""


def at(hours: float = 0.0) -> str:
    """NOON moved by hours, as JSON carries it."""
    return (NOON + timedelta(hours=hours)).isoformat()


UNKNOWN = {"unknown": True, "reason": "客户未提供"}


def report(**changes: Any) -> dict[str, Any]:
    """A complete report by telephone; a change to None takes a field out."""
    body: dict[str, Any] = {
        "case_kind": "SERVICE",
        "channel": "HOTLINE",
        "received_at": at(-0.2),
        "raw_content_ref": "note:客户来电，声音很急",
        "customer_name": "宁波海天塑料制品有限公司",
        "contact_name": "张伟",
        "contact_phone": "+86 574 8765 4321",
        "mould_no": "M-2024-0117",
        "mould_model": "HT-88",
        "mould_spec": "2 腔 P20",
        "mould_kind": "INJECTION",
        "order_no": "SO-2024-553",
        "scope": "REPAIR",
        "problem_description": "合模后分型面出现飞边，无法生产",
        "fault_at": at(-2),
        "production_status": "DEGRADED",
        "claimed_urgency": "NORMAL",
        "safety_risk": False,
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def acknowledgement(**changes: Any) -> dict[str, Any]:
    """A first response with its three contents."""
    body: dict[str, Any] = {
        "ack_at": at(-0.1),
        "ack_channel": "HOTLINE",
        "said_accepted": True,
        "process_explained": "工程师将在两小时内回电",
        "estimate": "今天给出处理方案",
        "next_contact_at": at(2),
        "auto": False,
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def classification(**changes: Any) -> dict[str, Any]:
    """A classification of an injection mould's flash, with a reason for having looked at nothing."""
    body: dict[str, Any] = {
        "urgency": "NORMAL",
        "urgency_basis": ["QUALITY"],
        "problem_type": "FUNCTIONAL",
        "fault_code": "I-PQ-01",
        "none_available_reason": "首次报修，图纸未归档",
        "preliminary_judgement": "分型面压伤的可能性大",
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def customer(**changes: Any) -> dict[str, Any]:
    """A customer with one contact and one site."""
    body: dict[str, Any] = {
        "customer_no": "C-1001",
        "customer_name": "宁波海天塑料制品有限公司",
        "contacts": [{"name": "张伟", "title": "设备主管", "phone": "+86 574 8765 4321"}],
        "sites": [{"site": "北仑一厂", "address": "宁波市北仑区", "zone": "A", "time_zone": "Asia/Shanghai"}],
        "language": "zh",
        "key_account": False,
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def mould(customer_id: str, **changes: Any) -> dict[str, Any]:
    """A delivered injection mould with two drawings."""
    body: dict[str, Any] = {
        "mould_no": "M-2024-0117",
        "mould_name": "前大灯壳体",
        "kind": "INJECTION",
        "model": "HT-88",
        "spec": "2 腔 P20",
        "customer_id": customer_id,
        "order_no": "SO-2024-553",
        "delivery_date": "2024-06-30",
        "drawings": [{"doc_id": "D-117-01", "revision": "B"}, {"doc_id": "D-117-02", "revision": "A"}],
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def service_levels(**changes: Any) -> dict[str, Any]:
    """First response in 1, 8 and 24 natural hours."""
    targets = {
        urgency: {"hours": hours, "base": "H24"} for urgency, hours in (("URGENT", 1), ("NORMAL", 8), ("MINOR", 24))
    }
    body: dict[str, Any] = {
        "version": 1,
        "effective_from": at(-1000),
        "content": {"name": "standard", "targets": {"FIRST_RESPONSE": targets}},
        "drafted_by": "supervisor",
    }
    body.update(changes)
    return body


def calendar(**changes: Any) -> dict[str, Any]:
    """Business hours from Monday to Friday; the changes are those of the content."""
    hours = [["08:30", "12:00"], ["13:00", "17:30"]]
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), hours)
    content = {"timezone": "Asia/Shanghai", "week": week, **changes}
    return {"version": 1, "effective_from": at(-1000), "content": content, "drafted_by": "supervisor"}


def fault_codes(**changes: Any) -> dict[str, Any]:
    """A small vocabulary with one code of each kind and one that is retired."""
    codes = [
        {"code": "C-MV-01", "zh": "卡滞动作不顺", "en": "binding"},
        {"code": "I-PQ-01", "zh": "飞边/披锋", "en": "flash"},
        {"code": "D-PQ-01", "zh": "飞边/飞料", "en": "flash, spitting"},
        {"code": "S-PQ-01", "zh": "毛刺", "en": "burr"},
        {"code": "I-PQ-99", "zh": "旧码", "en": "retired code", "active": False},
    ]
    body: dict[str, Any] = {
        "version": 1,
        "effective_from": at(-1000),
        "content": {"name": "fault-code", "codes": codes},
        "drafted_by": "supervisor",
    }
    body.update(changes)
    return body
