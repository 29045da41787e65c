"""The problem seen on site, the plan, the work and the trial run."""

from datetime import datetime, timedelta

from services.command_line.sample_month.bodies.visit import spare
from services.command_line.sample_month.papers import paper, strokes
from services.command_line.sample_month.tale import Body, Tale
from services.command_line.sample_month.texts import Parameter, Part


def problem_confirmed(tale: Tale, at: datetime) -> Body:
    """Seen together with the customer."""
    contact, given = tale.given.contact, tale.given
    return {
        "met_with": {"name": contact["name"], "title": contact.get("title", "设备主管")},
        "phenomenon": f"现场确认：{given.problem.defect}，与报修描述一致",
        "mould_running": given.production not in {"LINE_DOWN", "IDLE"},
        "shots": tale.shots + tale.chance.randrange(500, 9_000),
        "differs": False,
        **({"fault_code": given.problem.code} if given.problem.scope == "REPAIR" else {}),
    }


def planned(tale: Tale, at: datetime) -> Body:
    """What we want to do."""
    tale.plans += 1
    problem = tale.given.problem
    body: Body = {
        "steps": [{"seq": number, "text": text} for number, text in enumerate(problem.plan, 1)],
        "parts_planned": [spare(one) for one in problem.parts],
        "downtime_est_h": problem.hours,
        "risk": problem.risk,
        "cost_effect": "FULL" if tale.takes("change") else "FREE",
    }
    if tale.happened("consultation_held"):
        body["consultation_ref"] = tale.event_id("consultation_held")
    return body


def agreed(tale: Tale, at: datetime) -> Body:
    """The customer signs the newest plan."""
    shown = paper(f"维修方案 第 {tale.plans} 版", [*_head(tale), *tale.given.problem.plan])
    return {"plan_version": tale.plans, "signature": signature(tale, at, shown)}


def refused(tale: Tale, at: datetime) -> Body:
    """The customer wants another plan."""
    return {
        "plan_version": tale.plans,
        "reason": tale.say("refused"),
        "refused_by": tale.given.contact["name"],
    }


def _head(tale: Tale) -> list[str]:
    given = tale.given
    return [
        f"服务单 {tale.case_id}",
        f"客户 {given.customer['customer_name']}",
        f"模具 {given.mould['mould_no']} {given.mould['mould_name']}",
        f"问题 {given.problem.defect}",
    ]


def form(tale: Tale, title: str, *lines: str) -> bytes:
    """A printed form of this case."""
    later = [f"第 {tale.cycle} 次处理"] if tale.cycle > 1 else []
    return paper(title, [*_head(tale), *later, *lines])


def signature(tale: Tale, at: datetime, shown: bytes) -> Body:
    """The contact's signature under what was shown."""
    contact = tale.given.contact
    return {
        "signed_by": contact["name"],
        "title": contact.get("title", "设备主管"),
        "signed_at": (at - timedelta(minutes=1)).isoformat(),
        "sign_mode": "SCREEN",
        "file_ref": tale.keep(strokes(f"{contact['name']} {contact['phone']}")),
        "doc_hash": tale.keep(shown).removeprefix("sha256:"),
    }


def performed(tale: Tale, at: datetime) -> Body:
    """The work by the agreed plan; a second time only what the first trial showed."""
    tale.works += 1
    problem, is_again = tale.given.problem, tale.works > 1
    steps = list(enumerate(problem.plan, 1))
    started = tale.moments[list(tale.moments)[-1]] + timedelta(minutes=10)
    stretch = (at - timedelta(minutes=6) - started) / max(len(steps), 1)
    body: Body = {
        "plan_version": tale.plans,
        "started_at": started.isoformat(),
        "ended_at": (at - timedelta(minutes=5)).isoformat(),
        "safety_check": {"loto": True, "energy_zero": True, "secured": True},
        "key_steps": [
            {
                "seq": number,
                "plan_step": step,
                "time": (started + stretch * number).replace(microsecond=0).isoformat(),
                "operation": f"{'复修：' if is_again else ''}{text}，已完成",
            }
            for number, (step, text) in enumerate(steps[-1:] if is_again else steps, 1)
        ],
        "people": [tale.given.technician],
        "incident": False,
        "rule_breach": False,
    }
    parts = [] if is_again else [replaced(one) for one in problem.parts]
    parameters = [setting(one) for one in problem.parameters]
    body |= {"parts": parts} if parts else {"no_parts": True}
    return body | ({"parameters": parameters} if parameters else {"no_parameters": True})


def replaced(part: Part) -> Body:
    """A part with what becomes of the old one."""
    return spare(part) | {"old_part": part.old_part}


def setting(one: Parameter) -> Body:
    """A setting before and after."""
    index = {} if one.index < 0 else {"index": one.index}
    return {"name": one.name, **index, "before": one.before, "after": one.after, "unit": one.unit}


def finished(tale: Tale, at: datetime) -> Body:
    """The work by the plan is done."""
    started = tale.moments["agreed"]
    hours = min(12.0, max(0.5, (at - started).total_seconds() / 3600))
    return {
        "finished_at": (at - timedelta(minutes=2)).isoformat(),
        "labour_h": round(hours, 1),
        "removed_parts_handled": True,
    }


def trial_failed(tale: Tale, at: datetime) -> Body:
    """The first trial run shows the defect still there."""
    return _trial(tale, at, "FAIL")


def trial_passed(tale: Tale, at: datetime) -> Body:
    """The trial run that counts."""
    return _trial(tale, at, "CONDITIONAL" if tale.takes("conditional") else "PASS")


def _trial(tale: Tale, at: datetime, result: str) -> Body:
    given, problem = tale.given, tale.given.problem
    parts_per_shot = min(given.mould.get("cavities", 1), 32)
    shots = tale.chance.randrange(200, 900, 50) if given.mould["kind"] == "STAMPING" else tale.chance.randrange(20, 60)
    made, is_good = shots * parts_per_shot, result != "FAIL"
    reject = round(made * tale.chance.uniform(0.01, 0.04)) if is_good else round(made * tale.chance.uniform(0.2, 0.5))
    started = tale.moments[list(tale.moments)[-1]] + timedelta(minutes=5)
    parameters = [setting(one) for one in problem.parameters]
    body: Body = {
        "kind": "RUN_TEST" if given.mould["kind"] == "STAMPING" else "TRIAL_MOULDING",
        "started_at": started.isoformat(),
        "ended_at": (at - timedelta(minutes=3)).isoformat(),
        "press": f"客户 {tale.chance.choice((3, 5, 8, 12))} 号机",
        "material": tale.chance.choice(_MATERIALS[given.mould["kind"]]),
        "shots": shots,
        "parts_per_shot": parts_per_shot,
        "good_qty": made - reject,
        "reject_qty": reject,
        "cycle_time_s": round(tale.chance.uniform(*_CYCLES[given.mould["kind"]]), 1),
        "measurements": [_measured(tale, is_good=is_good)],
        "defects": [{"text": problem.defect, "gone": is_good}],
        "result": result,
        "problem_gone": is_good,
        "mould_normal": is_good,
    }
    if result == "CONDITIONAL":
        body["remaining"] = tale.say("remaining")
    return body | ({"parameters": parameters} if parameters else {"no_parameters": True})


_MATERIALS = {
    "INJECTION": ("ABS", "PP", "PA66-GF30", "PC"),
    "DIECAST": ("ADC12", "A380"),
    "STAMPING": ("SPCC", "C2680"),
}
_CYCLES = {"INJECTION": (16, 55), "DIECAST": (45, 90), "STAMPING": (0.2, 1.5)}


def _measured(tale: Tale, *, is_good: bool) -> Body:
    one = tale.given.problem.measure
    return {
        "dimension": one.dimension,
        "nominal": one.nominal,
        "tol_lo": round(one.lowest - one.nominal, 3),
        "tol_hi": round(one.highest - one.nominal, 3),
        "actual": one.after if is_good else one.before,
        "unit": one.unit,
    }
