"""Asking for a visit, deciding, preparing, arriving."""

from datetime import datetime, timedelta

from services.command_line.sample_month.pace import visit_time
from services.command_line.sample_month.tale import Body, Tale
from services.command_line.sample_month.texts import Part

_FEES = {"A": 80_000, "B": 180_000, "C": 420_000, "OVERSEAS": 2_600_000}


def requested(tale: Tale, at: datetime) -> Body:
    """Why somebody must go there."""
    given = tale.given
    zone = given.customer["sites"][0]["zone"]
    reason = "REMOTE_FAILED" if _was_tried(tale) else "STRUCTURAL_DAMAGE"
    if "安全" in given.problem.judgement:
        reason = "SAFETY_RISK"
    return {
        "reason": reason,
        "justification": f"{given.problem.judgement}；{given.problem.solution.text}",
        "expected_days": 0.5 if given.problem.hours < 5 else 1 if zone in "AB" else 2,
        "people_needed": 1,
        "est_cost_fen": _FEES[zone] + round(given.problem.hours * 15_000),
        "service_mode": "RETURN" if tale.takes("factory") else "ONSITE",
    }


def _was_tried(tale: Tale) -> bool:
    return tale.happened("remote_failed") or tale.happened("remote_again")


def approved(tale: Tale, at: datetime) -> Body:
    """The supervisor agrees."""
    body = {"decision_note": tale.say("approved")}
    if tale.takes("factory"):
        body["agreed_until"] = (at + timedelta(days=14)).isoformat()
    return body | ({"conditions": tale.say("conditions")} if tale.odds(35) else {})


def rejected(tale: Tale, at: datetime) -> Body:
    """The supervisor sends it back with another way."""
    return {
        "reason": "REMOTE_NOT_TRIED" if tale.odds(50) else "INFO_MISSING",
        "alternative": tale.say("rejected"),
        "customer_informed_at": (at - timedelta(minutes=5)).isoformat(),
    }


def confirmed(tale: Tale, at: datetime) -> Body:
    """Time, contact and needs of the visit."""
    if tale.visit_at is None or tale.visit_at <= at + timedelta(minutes=45):
        tale.visit_at = visit_time(tale, at)
    contact = tale.given.contact
    needs = {"specific_needs": tale.say("needs")} if tale.odds(70) else {"no_specific_needs": True}
    return {
        "visit_at": tale.visit_at.isoformat(),
        "site_contact": {"name": contact["name"], "phone": contact["phone"]},
        **needs,
        "confirmed_by": contact["name"],
        "confirmed_via": "HOTLINE",
        "confirmed_at": (at - timedelta(minutes=2)).isoformat(),
    }


def rules_read(tale: Tale, at: datetime) -> Body:
    """The site's safety rules, in the own name."""
    return {
        "rules_source": tale.say("rules"),
        "ppe": sorted(tale.chance.sample(["安全帽", "防砸鞋", "护目镜", "耳塞", "防割手套"], 3)),
        "permits": [tale.say("permits")],
        "read_at": (at - timedelta(minutes=3)).isoformat(),
    }


def prepared(tale: Tale, at: datetime) -> Body:
    """The checklist."""
    spares = [spare(one) for one in tale.given.problem.parts]
    drawings = [dict(one) for one in tale.given.mould.get("drawings", [])]
    items = [
        _item("PERSONNEL", "一名技师，具备同类模具维修经验"),
        _item("TOOLS", "便携工具箱、量具、研磨工具已清点"),
        _item("SPARES", "备件已领用并核对型号", "" if spares else "本次不更换零件"),
        _item("DRAWINGS", "图纸已打印", "" if drawings else "图纸未归档，现场测绘"),
        _item("FORMS", "服务单、试模记录、完成单各两份"),
        _item("SAFETY", "客户安全规范已学习，劳保用品齐全"),
    ]
    body: Body = {"items": items, "technicians": [tale.given.technician]}
    if spares:
        body["spares"] = spares
    if drawings:
        body["drawings"] = drawings
    return body


def _item(item: str, detail: str, reason: str = "") -> Body:
    if reason:
        return {"item": item, "status": "NOT_NEEDED", "detail": "不需要", "reason": reason}
    return {"item": item, "status": "DONE", "detail": detail}


def spare(part: Part) -> Body:
    """A part without what becomes of the old one."""
    return {"part_no": part.part_no, "model": part.model, "name": part.name, "qty": part.qty, "unit": part.unit}


def arrived(tale: Tale, at: datetime) -> Body:
    """Our technician is there."""
    return {"arrived_at": (at - timedelta(minutes=2)).isoformat(), "people": [tale.given.technician]}
