"""Verification, report, evaluation, papers, feedback, archive and call-backs."""

from datetime import datetime, timedelta

from services.command_line.sample_month.bodies.work import form, replaced, signature
from services.command_line.sample_month.papers import picture, strokes
from services.command_line.sample_month.tale import Body, Tale

_SCORES = (5,) * 11 + (4,) * 7 + (3,) * 2
_TO = {"TECH": "tech-desk", "PRODUCTION": "production-desk", "QUALITY": "quality"}
_BY_TOPIC = {"DESIGN_GAP": "TECH", "DOCUMENT": "TECH", "MANUFACTURE": "PRODUCTION", "SPARE_PART": "PRODUCTION"}


def verified_onsite(tale: Tale, at: datetime) -> Body:
    """The customer signs the result of the trial run."""
    shown = form(tale, "试模确认单", f"结论 {'有条件合格' if tale.takes('conditional') else '合格'}")
    return {
        "mode": "ONSITE",
        "trial_event_id": tale.event_id("trial_passed"),
        "accepts_content": True,
        "accepts_effect": True,
        "signature": signature(tale, at, shown),
    }


def verified_remote(tale: Tale, at: datetime) -> Body:
    """The customer says by mail or phone that it is solved."""
    return {
        "mode": "REMOTE",
        "accepts_content": True,
        "accepts_effect": True,
        "confirmation": confirmation(tale, at, "远程服务效果确认"),
    }


def confirmation(tale: Tale, at: datetime, title: str) -> Body:
    """The customer's word from afar."""
    contact = tale.given.contact
    return {
        "name": contact["name"],
        "via": "EMAIL" if "email" in contact else "HOTLINE",
        "at": (at - timedelta(minutes=4)).isoformat(),
        "evidence_ref": tale.keep(form(tale, title, f"确认人 {contact['name']}", f"日期 {at:%Y-%m-%d}")),
    }


def reported(tale: Tale, at: datetime) -> Body:
    """What was done, why it happened, and what to mind."""
    problem, contact, is_onsite = tale.given.problem, tale.given.contact, tale.given.is_onsite
    cause = problem.causes[0]
    parts = [replaced(one) for one in problem.parts] if is_onsite else []
    body: Body = {
        "form": "SITE_REPORT" if is_onsite else "COMPLETION",
        "service_content": f"{problem.judgement}。{'现场' if is_onsite else '远程'}处理：{problem.solution.text}。",
        "measures": "；".join(problem.plan if is_onsite else [one.action for one in problem.remote]),
        "root_cause": {"category": cause.category, "text": cause.text},
        "liability": "OURS" if cause.category in {"DESIGN", "MANUFACTURE", "HEAT_TREAT"} else "CUSTOMER",
        "usage_advice": problem.advice,
        "delivered_to": contact["name"],
        "delivered_via": "VERBAL" if is_onsite else "EMAIL",
        "doc_hash": tale.keep(report(tale)).removeprefix("sha256:"),
    }
    body |= {"parts_replaced": parts} if parts else {"no_parts_replaced": True}
    if tale.takes("conditional"):
        due_at = (at + timedelta(days=30)).isoformat()
        return body | {"open_issues": [{"text": tale.say("remaining"), "owner": "specialist", "due_at": due_at}]}
    return body | {"no_open_issues": True}


def report(tale: Tale) -> bytes:
    """The report that is handed over."""
    problem, is_onsite = tale.given.problem, tale.given.is_onsite
    title = "现场服务工作报告" if is_onsite else "售后服务完成单"
    return form(
        tale, title, f"原因 {problem.causes[0].text}", f"措施 {problem.solution.text}", f"建议 {problem.advice}"
    )


def evaluated_onsite(tale: Tale, at: datetime) -> Body:
    """The customer rates the service and signs."""
    return _scores(tale) | {"signature": signature(tale, at, report(tale))}


def evaluated_remote(tale: Tale, at: datetime) -> Body:
    """The customer rates the service by mail or phone."""
    return _scores(tale) | {"confirmation": confirmation(tale, at, "服务评价")}


def _scores(tale: Tale) -> Body:
    is_poor = tale.takes("late_response") or tale.takes("slow") or tale.takes("fails")

    def score() -> int:
        return max(2, tale.chance.choice(_SCORES) - (tale.chance.choice((0, 1, 1)) if is_poor else 0))

    body: Body = {
        "process": score(),
        "result": score(),
        "attitude": max(4, score()),
        "evaluated_by": tale.given.contact["name"],
    }
    if tale.odds(70):
        body["timeliness"] = score()
    if tale.odds(60):
        body["comment"] = tale.say("poor_comments" if is_poor and body["result"] <= 3 else "comments")
    return body


def departed(tale: Tale, at: datetime) -> Body:
    """Our technician leaves."""
    return {"people": [tale.given.technician]}


def photo_before(tale: Tale, at: datetime) -> Body:
    """The mould before the work."""
    return _photo(tale, at, "BEFORE", "维修前")


def photo_after(tale: Tale, at: datetime) -> Body:
    """The mould after the work."""
    return _photo(tale, at, "AFTER", "维修后")


def _photo(tale: Tale, at: datetime, phase: str, caption: str) -> Body:
    file_ref = tale.keep(picture(f"{tale.given.problem.code} {phase}"))
    taken = (at - timedelta(minutes=3)).isoformat()
    text = f"{caption}：{tale.given.problem.defect}"
    return {"doc_type": "PHOTO", "file_ref": file_ref, "phase": phase, "taken_at": taken, "caption": text}


def record_attached(tale: Tale, at: datetime) -> Body:
    """The record of the service."""
    file_ref = tale.keep(form(tale, "售后服务记录表", f"受理 {tale.given.received_at:%Y-%m-%d %H:%M}"))
    return {"doc_type": "SERVICE_RECORD", "file_ref": file_ref, "pages": 1}


def report_attached(tale: Tale, at: datetime) -> Body:
    """The report that was handed over."""
    kind = "SITE_REPORT" if tale.given.is_onsite else "COMPLETION"
    return {"doc_type": kind, "file_ref": tale.keep(report(tale)), "pages": 1}


def signature_attached(tale: Tale, at: datetime) -> Body:
    """The customer's signature."""
    contact = tale.given.contact
    return {"doc_type": "SIGNATURE", "file_ref": tale.keep(strokes(f"{contact['name']} {contact['phone']}"))}


def log_attached(tale: Tale, at: datetime) -> Body:
    """The written steps of the remote sessions."""
    steps = [f"{number} {one.action}：{one.observed}" for number, one in enumerate(tale.given.problem.remote, 1)]
    return {"doc_type": "REMOTE_LOG", "file_ref": tale.keep(form(tale, "远程支持记录", *steps)), "pages": 1}


def feedback_to(tale: Tale) -> str:
    """The department that is told."""
    return _BY_TOPIC.get(tale.given.problem.topic, "QUALITY")


def answers_for(tale: Tale) -> str:
    """Who answers for that department."""
    return _TO[feedback_to(tale)]


def feedback_sent(tale: Tale, at: datetime) -> Body:
    """What the service showed."""
    problem = tale.given.problem
    body: Body = {"to_department": feedback_to(tale), "topic": problem.topic, "suggestion": problem.suggestion}
    if tale.odds(60):
        body["customer_feedback"] = tale.say("customer_feedback")
    if tale.odds(50):
        body["mould_usage_info"] = f"累计约 {tale.shots} 模次，{problem.defect}"
    return body


def feedback_answered(tale: Tale, at: datetime) -> Body:
    """The department answers."""
    return {"feedback_event_id": tale.event_id("feedback_sent"), "reply": tale.say("replies"), "action": "NONE"}


def archived(tale: Tale, at: datetime) -> Body:
    """The file is complete."""
    body: Body = {"keeper": "specialist"}
    if not tale.happened("feedback_sent"):
        body["nothing_reason"] = "常规操作指导，无需部门跟进"
    return body


def called_after_a_week(tale: Tale, at: datetime) -> Body:
    """The call-back after a week."""
    return _called(tale, at, "D7")


def called_after_a_month(tale: Tale, at: datetime) -> Body:
    """The call-back after a month."""
    return _called(tale, at, "M1")


def called_by_dissatisfied(tale: Tale, at: datetime) -> Body:
    """The call-back after a week of a customer whose trouble is back."""
    return _called(tale, at, "D7", is_poor=True)


def _called(tale: Tale, at: datetime, point: str, *, is_poor: bool = False) -> Body:
    is_poor = is_poor or (tale.takes("dissatisfied") and point == "D7")
    score = 2 if is_poor else max(3, tale.chance.choice(_SCORES))
    body: Body = {
        "point": point,
        "method": "PHONE" if tale.odds(80) else "EMAIL",
        "done_at": (at - timedelta(minutes=3)).isoformat(),
        "respondent": tale.given.contact["name"],
        "mould_usage": tale.say("usage_again" if is_poor else "usage"),
        "recurrence": is_poor,
        "shots_since": tale.chance.randrange(2_000, 40_000, 100),
        "final_satisfaction": score,
        "follow_up": is_poor,
    }
    if is_poor or tale.odds(50):
        body["opinions"] = tale.say("poor_opinions" if is_poor else "opinions")
    if tale.odds(25):
        body["suggestions"] = tale.say("suggestions")
    return body
