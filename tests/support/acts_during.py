"""Bodies of dispatch's commands of a service under way, until it is accepted and rated."""

from typing import Any

from shared.case.state import newest_plan, was_onsite
from shared.events.vocabulary import CaseState, Role
from tests.support import setbacks, visit
from tests.support.acts_before import is_used
from tests.support.scene import Act, Scene


def _signature(scene: Scene) -> dict[str, Any] | None:
    """The customer's own sign-in needs none."""
    return None if scene.role is Role.CUSTOMER else visit.signature(0, signed_at=scene.hours())


def _version(scene: Scene) -> int:
    plan = newest_plan(scene.case)
    return plan.version if plan is not None else 1


def arrival(scene: Scene) -> dict[str, Any]:
    return visit.arrival(arrived_at=scene.hours(), people=list(scene.case.dispatch.technicians) or ["technician"])


def receipt(scene: Scene) -> dict[str, Any]:
    return setbacks.receipt(received_at=scene.hours())


def shipping(scene: Scene) -> dict[str, Any]:
    return setbacks.shipping(shipped_at=scene.hours())


def problem(scene: Scene) -> dict[str, Any]:
    return visit.problem()


def plan(scene: Scene) -> dict[str, Any]:
    """Free of charge; one that takes the place of an agreed plan says why."""
    is_other = scene.case.state is CaseState.PLAN_AGREED
    return visit.plan(differs_reason="拆模后发现导套也磨损" if is_other else None)


def agreement(scene: Scene) -> dict[str, Any]:
    times = {"agreed_until": scene.hours(44), "signature": _signature(scene)}
    return visit.agreement(plan_version=_version(scene), **times)


def refusal(scene: Scene) -> dict[str, Any]:
    return visit.refusal(plan_version=_version(scene))


def work(scene: Scene) -> dict[str, Any]:
    """A stretch of three minutes, with parts where the store can still account for them."""
    steps = [{"seq": 1, "plan_step": 1, "time": scene.hours(-0.02), "operation": "拆下动模，清理分型面"}]
    parts = {} if is_used(scene) else {"parts": None, "no_parts": True}
    times = {"started_at": scene.hours(-0.05), "ended_at": scene.hours(), "key_steps": steps}
    return visit.work(plan_version=_version(scene), people=[scene.user], **times, **parts)


def finish(scene: Scene) -> dict[str, Any]:
    return visit.finish(finished_at=scene.hours())


def trial(scene: Scene) -> dict[str, Any]:
    result = scene.choose("result", "PASS", "PASS", "CONDITIONAL", "FAIL")
    remaining = "毛刺轻微，下批复验" if result == "CONDITIONAL" else None
    times = {"started_at": scene.hours(-0.05), "ended_at": scene.hours()}
    return visit.trial(result=result, remaining=remaining, problem_gone=result != "FAIL", **times)


def training(scene: Scene) -> dict[str, Any]:
    return setbacks.training(started_at=scene.hours(-0.05), ended_at=scene.hours())


def verification(scene: Scene) -> dict[str, Any]:
    """On site by what was last proven, from afar by the customer's word; a supervisor where there is none."""
    is_remote = scene.case.state is CaseState.REMOTE_RESOLVED
    if scene.choose("mode", "REMOTE" if is_remote else "ONSITE") == "ONSITE":
        facts = scene.case.dispatch
        return visit.verification(trial_event_id=facts.trial_id or facts.training_id, signature=_signature(scene))
    if scene.role is Role.SUPERVISOR:
        return setbacks.unsigned()
    return visit.remote_verification(confirmation=visit.confirmation(0, at=scene.hours()))


def refused_signature(scene: Scene) -> dict[str, Any]:
    return setbacks.refused_signature()


def decision(scene: Scene) -> dict[str, Any]:
    return setbacks.decision(decision=scene.choose("decision", "REDO", "ACCEPT"))


def abort(scene: Scene) -> dict[str, Any]:
    return setbacks.abort()


def departure(scene: Scene) -> dict[str, Any]:
    return visit.departure(permission_by="李建国")


def homecoming(scene: Scene) -> dict[str, Any]:
    return visit.homecoming()


def completion_report(scene: Scene) -> dict[str, Any]:
    """What may be open is said to be."""
    issues = [{"text": "毛刺复验", "owner": "technician", "due_at": scene.hours(100)}]
    return visit.completion_report(no_open_issues=None, open_issues=issues)


def evaluation(scene: Scene) -> dict[str, Any]:
    """Signed on site, confirmed from afar."""
    if was_onsite(scene.case) or scene.role is not Role.SPECIALIST:
        return visit.evaluation(signature=_signature(scene))
    return visit.evaluation(signature=None, confirmation=visit.confirmation(0, at=scene.hours()))


def declined(scene: Scene) -> dict[str, Any]:
    return setbacks.declined()


DURING: dict[str, Act] = {
    "ArriveOnSite": Act(Role.TECHNICIAN, arrival),
    "ReceiveMould": Act(Role.TECHNICIAN, receipt),
    "ReturnMould": Act(Role.TECHNICIAN, shipping),
    "ConfirmProblem": Act(Role.TECHNICIAN, problem),
    "ProposePlan": Act(Role.TECHNICIAN, plan),
    "AgreePlan": Act(Role.TECHNICIAN, agreement),
    "RefusePlan": Act(Role.TECHNICIAN, refusal),
    "PerformWork": Act(Role.TECHNICIAN, work),
    "FinishWork": Act(Role.TECHNICIAN, finish),
    "RecordTrialRun": Act(Role.TECHNICIAN, trial),
    "RecordTraining": Act(Role.SPECIALIST, training),
    "VerifyService": Act(Role.CUSTOMER, verification),
    "RefuseSignature": Act(Role.TECHNICIAN, refused_signature),
    "DecideUnsigned": Act(Role.SUPERVISOR, decision),
    "AbortVisit": Act(Role.TECHNICIAN, abort),
    "DepartSite": Act(Role.TECHNICIAN, departure),
    "ReturnFromSite": Act(Role.TECHNICIAN, homecoming),
    "SubmitCompletionReport": Act(Role.TECHNICIAN, completion_report),
    "EvaluateService": Act(Role.CUSTOMER, evaluation),
    "DeclineEvaluation": Act(Role.SPECIALIST, declined),
}
