"""Bodies of commands between diagnosis and closing, as a desk would send them; each test changes what it is about."""

from typing import Any

from tests.support.samples import at

RECORDING = "sha256:" + "a" * 64
FILE = "sha256:" + "b" * 64


def _body(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def warranty(**changes: Any) -> dict[str, Any]:
    """Within warranty, our fault, free."""
    body = {
        "verdict": "IN",
        "shots_read": 182000,
        "shots_estimated": False,
        "basis": "验收 2024-07，合同质保 24 个月",
        "liability": "OURS",
        "charge": "FREE",
    }
    return _body(body, changes)


def consultation_request(**changes: Any) -> dict[str, Any]:
    """A question to two departments, to be answered within a day."""
    body = {
        "question": "飞边只出现在 3 号滑块侧，锁模力已加到上限，是否滑块磨损？",
        "departments": ["TECH", "PRODUCTION"],
        "needed_by": at(24),
    }
    return _body(body, changes)


def minutes(**changes: Any) -> dict[str, Any]:
    """Minutes of two people of two departments, with cause, solution and a spare part."""
    body = {
        "held_at": at(0),
        "participants": [
            {"person_id": "engineer", "dept": "TECH"},
            {"person_id": "production", "dept": "PRODUCTION"},
        ],
        "causes": [{"category": "WEAR", "text": "滑块封胶面磨损", "likelihood": "H", "evidence": "飞边厚 0.08"}],
        "solutions": [{"text": "更换滑块镶件", "effect": "飞边消除", "risk": "停机 6 小时"}],
        "resources": [{"kind": "SPARE", "ref": "HT-88-S3", "qty": 1}],
        "conclusion": "先远程确认锁模力，再现场更换镶件",
        "recommended_route": "ONSITE",
    }
    return _body(body, changes)


def step(seq: int = 1, **changes: Any) -> dict[str, Any]:
    """One step of a session: a setting that was changed."""
    body = {
        "seq": seq,
        "kind": "ADJUST",
        "action": "降低保压压力",
        "target": "保压一段",
        "before": "85",
        "after": "70",
        "unit": "MPa",
        "observed": "飞边减轻",
    }
    return _body(body, changes)


def session(**changes: Any) -> dict[str, Any]:
    """A video session that solved the problem."""
    body = {
        "mode": "VIDEO",
        "started_at": at(-0.15),
        "ended_at": at(0),
        "our_people": ["engineer"],
        "customer_people": [{"name": "张伟", "role": "设备主管"}],
        "conversation_summary": "指导客户检查锁模力并下调保压，试打 20 模",
        "steps": [step(1), step(2, kind="CHECK", before=None, after=None, unit=None, action="试打 20 模")],
        "outcome": "RESOLVED",
    }
    return _body(body, changes)


def document(doc_type: str = "SERVICE_RECORD", **changes: Any) -> dict[str, Any]:
    """A document whose file stands in the store."""
    return _body({"doc_type": doc_type, "file_ref": FILE}, changes)


def feedback(**changes: Any) -> dict[str, Any]:
    """What the quality department is told about wear."""
    body = {
        "to_department": "QUALITY",
        "topic": "MANUFACTURE",
        "customer_feedback": "客户希望提供滑块备件",
        "suggestion": "滑块封胶面改用 2343 并渗氮",
    }
    return _body(body, changes)


def answer(**changes: Any) -> dict[str, Any]:
    """A department has read it."""
    return _body({"reply": "已列入滑块标准修订", "action": "NONE"}, changes)


def archive(**changes: Any) -> dict[str, Any]:
    """The file goes to the keeper; there was nothing to tell the departments."""
    return _body({"keeper": "specialist", "nothing_reason": "操作问题，无可反馈"}, changes)


def schedule(point: str = "D7", days: float = 7, **changes: Any) -> dict[str, Any]:
    """A call-back so many days from now, two days of window on either side."""
    body = {
        "point": point,
        "due_at": at(days * 24),
        "window_from": at((days - 2) * 24),
        "window_to": at((days + 2) * 24),
    }
    return _body(body, changes)


def callback(point: str = "D7", **changes: Any) -> dict[str, Any]:
    """A satisfied customer on the phone."""
    body = {
        "point": point,
        "method": "PHONE",
        "done_at": at(0),
        "respondent": "张伟",
        "mould_usage": "运行正常，飞边未再出现",
        "recurrence": False,
        "final_satisfaction": 5,
        "follow_up": False,
    }
    return _body(body, changes)
