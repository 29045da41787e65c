"""Classification, warranty, consultation and remote sessions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.command_line.sample_month.tale import Body, Tale
from services.command_line.sample_month.texts import RemoteStep
from services.command_line.sample_month.working_time import HERE

WARRANTY_DAYS = 365
_BASIS = {"URGENT": "DELIVERY", "NORMAL": "QUALITY", "MINOR": "ENQUIRY"}


def classified(tale: Tale, at: datetime) -> Body:
    """Urgency, type and fault, with drawings and history looked at."""
    given = tale.given
    basis = ["LINE_DOWN"] if given.production == "LINE_DOWN" else [_BASIS[given.urgency]]
    return {
        "urgency": given.urgency,
        "urgency_basis": basis,
        "problem_type": given.problem.type,
        "fault_code": given.problem.code,
        "preliminary_judgement": given.problem.judgement,
        **_consulted(tale),
    }


def _consulted(tale: Tale) -> Body:
    drawings = [{"doc_id": one["doc_id"], "revision": one["revision"]} for one in tale.given.mould.get("drawings", [])]
    body: Body = {"drawings_consulted": drawings} if drawings else {}
    if tale.given.earlier_case is not None:
        body["history_consulted"] = [tale.given.earlier_case]
    return body or {"none_available_reason": "首次报修，图纸尚未归档"}


def _is_covered(tale: Tale, at: datetime) -> bool:
    delivered = date.fromisoformat(tale.given.mould["delivery_date"])
    return (at.astimezone(HERE).date() - delivered).days <= WARRANTY_DAYS


def warranty(tale: Tale, at: datetime) -> Body:
    """Whether the warranty covers it; what it does not cover is done out of goodwill or not at all."""
    cause = tale.given.problem.causes[0].category
    if tale.takes("change") or tale.takes("quotation_refused"):
        return _charged(tale)
    ours = cause in {"DESIGN", "MANUFACTURE", "HEAT_TREAT"}
    delivered = tale.given.mould["delivery_date"]
    is_covered = _is_covered(tale, at)
    return {
        "verdict": "IN" if is_covered else "GOODWILL",
        "shots_read": tale.shots,
        "shots_estimated": tale.odds(40),
        "basis": f"{delivered} 交付，{'在' if is_covered else '已超出'}十二个月质保期"
        + ("" if is_covered else "，按善意免费处理"),
        "liability": "OURS" if ours else "CUSTOMER" if cause in {"MAN", "METHOD", "MAINTENANCE"} else "SHARED",
        "charge": "FREE",
    }


def _charged(tale: Tale) -> Body:
    """Not covered: the customer pays."""
    said = {"verdict": "OUT_TIME", "liability": "CUSTOMER", "charge": "FULL", "basis": "超出质保范围，须先确认报价"}
    return said | {"shots_read": tale.shots, "shots_estimated": True}


def spare_recommended(tale: Tale, at: datetime) -> Body:
    """The minutes of engineers who would send a part."""
    return consultation_held(tale, at) | {"recommended_route": "SPARE_ONLY"}


def consultation_requested(tale: Tale, at: datetime) -> Body:
    """What first talk could not judge."""
    return {
        "question": tale.given.problem.question,
        "departments": ["TECH", "PRODUCTION"],
        "needed_by": (at + timedelta(hours=4 if tale.is_urgent else 24)).isoformat(),
    }


def consultation_held(tale: Tale, at: datetime) -> Body:
    """The minutes."""
    problem = tale.given.problem
    people = [("engineer", "TECH"), ("production", "PRODUCTION"), ("specialist", "AFTERSALES")]
    resources = [{"kind": "SPARE", "ref": part.part_no, "qty": part.qty} for part in problem.parts]
    if tale.given.is_onsite:
        resources += [{"kind": "PERSON", "ref": "模具钳工", "qty": 1}, {"kind": "TOOL", "ref": "便携工具箱", "qty": 1}]
    return {
        "held_at": (at - timedelta(minutes=5)).isoformat(),
        "participants": [{"person_id": user, "dept": dept} for user, dept in people],
        "causes": [
            {"category": one.category, "text": one.text, "likelihood": one.likelihood}
            | ({"evidence": one.evidence} if one.evidence else {})
            for one in problem.causes
        ],
        "solutions": [
            {"text": problem.solution.text, "effect": problem.solution.effect, "risk": problem.solution.risk}
        ],
        **({"resources": resources} if resources else {"no_resources": True}),
        "conclusion": tale.say("conclusion"),
        "recommended_route": "ONSITE" if tale.given.is_onsite else "REMOTE",
    }


def remote_failed(tale: Tale, at: datetime) -> Body:
    """A session after which somebody must go there."""
    outcome = "NEED_ONSITE" if tale.odds(60) else "NOT_RESOLVED"
    return _session(tale, at, tale.given.problem.remote, outcome)


def remote_again(tale: Tale, at: datetime) -> Body:
    """A second session, asked for before a visit is approved."""
    return _session(tale, at, tale.given.problem.remote[-1:], "NOT_RESOLVED")


def remote_begun(tale: Tale, at: datetime) -> Body:
    """A first session that only helps a little."""
    return _session(tale, at, tale.given.problem.remote[:1], "PARTIAL")


def remote_resolved(tale: Tale, at: datetime) -> Body:
    """The session that solved it."""
    body = _session(tale, at, tale.given.problem.remote, "RESOLVED")
    return body | {"downtime_saved_min": tale.chance.randrange(60, 900, 30)}


def _session(tale: Tale, at: datetime, steps: Sequence[RemoteStep], outcome: str) -> Body:
    earliest = tale.moments[list(tale.moments)[-1]]
    started = max(earliest + timedelta(minutes=1), at - timedelta(minutes=tale.chance.randrange(20, 80)))
    ended = max(started + timedelta(minutes=5), at - timedelta(minutes=2))
    contact = tale.given.contact
    return {
        "mode": tale.chance.choice(("PHONE", "VIDEO", "VIDEO", "DESKTOP", "IM")),
        "started_at": started.isoformat(),
        "ended_at": ended.isoformat(),
        "our_people": ["engineer"],
        "customer_people": [{"name": contact["name"], "role": contact.get("title", "设备主管")}],
        "conversation_summary": f"与{contact['name']}逐项排查：{'；'.join(one.action for one in steps)}。"
        f"{'问题已消除，请客户观察后确认' if outcome == 'RESOLVED' else '仍未彻底解决，约定下一步'}。",
        "steps": [_step(number, one) for number, one in enumerate(steps, 1)],
        "outcome": outcome,
    }


def _step(number: int, one: RemoteStep) -> Body:
    optional = {"target": one.target, "before": one.before, "after": one.after, "unit": one.unit}
    required = {"seq": number, "kind": one.kind, "action": one.action, "observed": one.observed}
    return required | {name: value for name, value in optional.items() if value}
