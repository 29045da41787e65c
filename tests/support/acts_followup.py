"""Bodies of follow-up's commands on a case: its file, call-backs, redress, time, messages and what is set right."""

from functools import cache
from typing import Any

import msgspec

from services.command_line.seeding import content
from shared.clocks.callbacks import is_dissatisfied, unmade, unscheduled
from shared.clocks.catalogue import clocks_of
from shared.clocks.clock import Clock, Status
from shared.clocks.rules import Rulebook
from shared.events.policy import CalendarPublished
from shared.events.vocabulary import CallbackPoint, CaseState, RemedyStep, Role
from tests.support import samples, service, setbacks
from tests.support.acts_before import PART
from tests.support.scene import Act, Scene
from tests.support.visit import EVIDENCE_FILE, RULES_FILE, SHOWN, SIGNATURE_FILE

FILES = (EVIDENCE_FILE, RULES_FILE, f"sha256:{SHOWN}", SIGNATURE_FILE)
PAPERS = ("SERVICE_RECORD", "SITE_REPORT", "COMPLETION", "SIGNATURE", "PHOTO", "REMOTE_LOG")
"""The papers that an archive asks for, on site and from afar."""
_TOLD = ["SUPERVISOR", "SPECIALIST", "ENGINEER", "DEPT"]
_WAYS = ("PHONE", "EMAIL", "PHONE")


def document(scene: Scene) -> dict[str, Any]:
    """Another paper every time, as long as there are some."""
    kinds = (*PAPERS, "MINUTES", "TRIAL_REPORT", "QUOTE", "CALLBACK", "DRAWING", "OTHER")
    place, kind = divmod(scene.number, len(kinds))
    return service.document(kinds[kind], file_ref=FILES[place % len(FILES)])


def feedback(scene: Scene) -> dict[str, Any]:
    return service.feedback()


def answer(scene: Scene) -> dict[str, Any]:
    """To the oldest feedback that nobody has answered."""
    waiting = [one.event_id for one in scene.case.followup.feedback if one.acknowledged_at is None]
    return service.answer(feedback_event_id=waiting[0] if waiting else None)


def archive(scene: Scene) -> dict[str, Any]:
    """Every paper is exempted; where departments were told nothing, that is said."""
    checklist = [{"doc_type": kind, "present": False, "exemption": "客户处留存"} for kind in PAPERS]
    told = {"nothing_reason": None} if scene.case.followup.feedback else {}
    return service.archive(checklist=checklist, **told)


def remedy(scene: Scene) -> dict[str, Any]:
    """The first decision, then the second look."""
    is_first = all(one.step is not RemedyStep.FIRST for one in scene.case.followup.remedies)
    return {
        "asked": "REPAIR",
        "granted": "REPAIR",
        "step": "FIRST" if is_first else "SECOND_LOOK",
        "reason": "属我方制造责任",
        "customer_informed_at": scene.hours(),
        "accepted_by_customer": True,
    }


def discipline(scene: Scene) -> dict[str, Any]:
    return {"d": scene.choose("d", 3, 4, 5, 8), "text": "滑块封胶面渗氮", "due_at": scene.hours(48)}


def analysis(scene: Scene) -> dict[str, Any]:
    return {"part_no": PART, "received_at": scene.hours(), "finding": "渗碳层不足 0.3 毫米", "cause": "HEAT_TREAT"}


def schedule(scene: Scene) -> dict[str, Any]:
    """The next point that is wanted, an extra one when all stand."""
    point = next(iter(unscheduled(scene.case)), CallbackPoint.EXTRA)
    return service.schedule(point, due_at=scene.hours(168), window_from=scene.hours(120), window_to=scene.hours(216))


def _point(scene: Scene) -> str:
    return next(iter(unmade(scene.case)), CallbackPoint.D7).value


def callback(scene: Scene) -> dict[str, Any]:
    score = scene.choose("final_satisfaction", 5, 4, 3, 1)
    return service.callback(_point(scene), done_at=scene.hours(), final_satisfaction=score)


def attempt(scene: Scene) -> dict[str, Any]:
    """By telephone, then by mail."""
    made = next((len(one.attempts) for one in scene.case.followup.callbacks if one.is_open), 0)
    return {"point": _point(scene), "method": _WAYS[made % 3], "result": "NO_ANSWER"}


def giving_up(scene: Scene) -> dict[str, Any]:
    return {"point": _point(scene)}


def closing(scene: Scene) -> dict[str, Any]:
    """A dissatisfied customer agreed to an improvement in writing."""
    if not is_dissatisfied(scene.case):
        return {}
    return {"improvement_id": scene.others["improvement"], "consent_ref": EVIDENCE_FILE}


def reopening(scene: Scene) -> dict[str, Any]:
    is_cancelled = scene.case.state is CaseState.CANCELLED
    return {
        "trigger": scene.choose("trigger", "CANCELLED_IN_ERROR" if is_cancelled else "CUSTOMER"),
        "reason": "飞边再次出现",
    }


def _clocks(scene: Scene) -> tuple[Clock, ...]:
    if scene.levels is None or scene.case.intake.report is None:
        return ()
    return clocks_of(scene.case, _book().with_policy(scene.levels))


@cache
def _book() -> Rulebook:
    body = samples.calendar(**content("calendar"))
    return Rulebook().with_calendar(msgspec.convert(body, CalendarPublished))


def pause(scene: Scene) -> dict[str, Any]:
    """The first clock that may stand still and does not."""
    paused = {one.clock for one in scene.case.followup.pauses if one.to is None}
    allowed = scene.levels.content.pausable if scene.levels is not None else []
    running = [one.name for one in _clocks(scene) if one.stopped_at is None and one.name not in paused]
    clock = next((one.value for one in running if one in allowed), "RESOLUTION")
    body = {"clocks": [clock], "reason": "WAIT_INFO", "evidence_ref": EVIDENCE_FILE}
    return {**body, "expected_until": scene.hours(20)}


def resumption(scene: Scene) -> dict[str, Any]:
    return {"cause": "客户已提供照片"}


def rebasing(scene: Scene) -> dict[str, Any]:
    version = scene.levels.version if scene.levels is not None else 1
    return {"policy_version": version, "calendar_version": "1", "reason": "新版时限生效"}


def breach(scene: Scene) -> dict[str, Any]:
    """The first clock that is overdue; the first response where none is."""
    late = next((one for one in _clocks(scene) if one.status(scene.at) is Status.BREACHED), None)
    version = scene.levels.version if scene.levels is not None else 1
    if late is None:
        return {"clock": "FIRST_RESPONSE", "due_at": scene.hours(-1), "policy_version": version}
    named = {"clock": late.name.value, **({"part": late.part} if late.part else {})}
    return {**named, "due_at": late.due_at.isoformat(), "policy_version": version}


def escalation(scene: Scene) -> dict[str, Any]:
    return {"clock": "APPROVAL", "level": 3, "trigger": "TWO_REFUSALS", "to": _TOLD}


def taking_up(scene: Scene) -> dict[str, Any]:
    """What nobody has taken up."""
    waiting = [one for one in scene.case.followup.escalations if one.acknowledged_at is None]
    return {"clock": waiting[0].clock.value if waiting else "APPROVAL", "level": waiting[0].level if waiting else 3}


def message(scene: Scene) -> dict[str, Any]:
    return setbacks.message(scene.choose("trigger", "CONFIRM_REQUEST", "EVALUATION_REQUEST", "PROGRESS"))


def voiding(scene: Scene) -> dict[str, Any]:
    """An auditor's note, on which nothing rests; the report where there is none, which is never voided."""
    target = scene.ids.get("AuditNoteAdded") or scene.ids["FeedbackReceived"]
    return {"target_event_id": target, "reason": "记在了别的服务单上"}


def hold(scene: Scene) -> dict[str, Any]:
    return {"reason": "诉讼保全", "basis": "(2026) 浙 02 民初 1 号"}


def lifting(scene: Scene) -> dict[str, Any]:
    return {"reason": "已结案"}


def note(scene: Scene) -> dict[str, Any]:
    return {"note": "抽查：签字与报告一致", "refs": ["v1"]}


FOLLOWUP: dict[str, Act] = {
    "AttachDocument": Act(Role.SPECIALIST, document),
    "SendDepartmentFeedback": Act(Role.SPECIALIST, feedback),
    "AcknowledgeDepartmentFeedback": Act(Role.DEPT, answer),
    "ArchiveCase": Act(Role.SPECIALIST, archive),
    "DecideRemedy": Act(Role.SUPERVISOR, remedy),
    "RecordDiscipline": Act(Role.ENGINEER, discipline),
    "AnalyseReturnedPart": Act(Role.ENGINEER, analysis),
    "ScheduleCallback": Act(Role.SYSTEM, schedule),
    "CompleteCallback": Act(Role.SPECIALIST, callback),
    "AttemptCallback": Act(Role.SPECIALIST, attempt),
    "GiveUpCallback": Act(Role.SPECIALIST, giving_up),
    "CloseCase": Act(Role.SPECIALIST, closing),
    "ReopenCase": Act(Role.SUPERVISOR, reopening),
    "PauseClocks": Act(Role.SPECIALIST, pause),
    "ResumeClocks": Act(Role.SPECIALIST, resumption),
    "RebasePolicy": Act(Role.SUPERVISOR, rebasing),
    "FlagBreach": Act(Role.SYSTEM, breach),
    "Escalate": Act(Role.SYSTEM, escalation),
    "AcknowledgeEscalation": Act(Role.SUPERVISOR, taking_up),
    "RequestMessage": Act(Role.SPECIALIST, message),
    "NotifyCustomer": Act(Role.SPECIALIST, message),
    "VoidEvent": Act(Role.SUPERVISOR, voiding),
    "PlaceHold": Act(Role.SUPERVISOR, hold),
    "LiftHold": Act(Role.SUPERVISOR, lifting),
    "AddAuditNote": Act(Role.AUDITOR, note),
}
