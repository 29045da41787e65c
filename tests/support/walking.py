"""A case on its way: from the report to the visit's end, one command after the other, each at its hour."""

from typing import Any
from uuid import uuid4

from msgspec import Struct

from shared.case.state import Case
from shared.events.envelope import Meta, encode, event_id, subject_of
from shared.store.port import Draft
from shared.store.request import Answer
from tests.support import samples, setbacks, visit
from tests.support.desk import Desk

USERS: dict[str, dict[str, Any]] = {
    "deputy": {"roles": ["SUPERVISOR"]},
    "requester": {"roles": ["SPECIALIST", "SUPERVISOR"]},
    "colleague": {"roles": ["TECHNICIAN"]},
    "allround": {"roles": ["SPECIALIST", "TECHNICIAN"]},
    "store": {"roles": ["DEPT"], "dept": "STORE"},
}


class Step(Struct, frozen=True):
    """One command of the way: its body, who sends it, and when, in hours from NOON."""

    command: str
    body: visit.Body
    by: str
    hour: float


ONSITE = (
    Step("Classify", samples.classification, "specialist", 0),
    Step("RequestOnsite", visit.request, "specialist", 0.1),
    Step("ApproveOnsite", visit.approval, "supervisor", 0.5),
    Step("ConfirmVisit", visit.appointment, "specialist", 1),
    Step("ReadSafetyRules", visit.reading, "technician", 2),
    Step("PrepareService", visit.preparation, "specialist", 3),
    Step("ArriveOnSite", visit.arrival, "technician", 20),
    Step("ConfirmProblem", visit.problem, "technician", 20.5),
    Step("ProposePlan", visit.plan, "technician", 21),
    Step("AgreePlan", visit.agreement, "technician", 21.5),
    Step("PerformWork", visit.work, "technician", 25),
    Step("FinishWork", visit.finish, "technician", 25.5),
    Step("RecordTrialRun", visit.trial, "technician", 27),
    Step("VerifyService", visit.verification, "technician", 27.5),
    Step("DepartSite", visit.departure, "technician", 28),
    Step("SubmitCompletionReport", visit.completion_report, "technician", 28.5),
    Step("EvaluateService", visit.evaluation, "technician", 29),
    Step("ReturnFromSite", visit.homecoming, "technician", 32),
)
"""The normal visit (W1)."""
BESIDE = (
    Step("RejectOnsite", visit.rejection, "supervisor", 0.5),
    Step("RefusePlan", visit.refusal, "technician", 21.4),
    Step("WithdrawOnsite", setbacks.withdrawal, "specialist", 0.5),
    Step("RescheduleVisit", setbacks.move, "specialist", 3.5),
    Step("ReceiveMould", setbacks.receipt, "technician", 20),
    Step("ReturnMould", setbacks.shipping, "specialist", 27.3),
    Step("AbortVisit", setbacks.abort, "technician", 22),
    Step("RecordTraining", setbacks.training, "technician", 27),
    Step("RefuseSignature", setbacks.refused_signature, "technician", 27.4),
    Step("DecideUnsigned", setbacks.decision, "supervisor", 27.5),
    Step("DeclineEvaluation", setbacks.declined, "specialist", 29),
    Step("ReserveSpares", setbacks.reserved, "specialist", 0.2),
    Step("IssueSpares", setbacks.issued, "store", 0.3),
    Step("ReturnSpares", setbacks.brought_back, "store", 28),
)
STEPS = {step.command: step for step in (*ONSITE, *BESIDE)}


BESIDES = {
    "RejectOnsite": "ApproveOnsite",
    "WithdrawOnsite": "ApproveOnsite",
    "RescheduleVisit": "ArriveOnSite",
    "ReceiveMould": "ArriveOnSite",
    "RefusePlan": "AgreePlan",
    "AbortVisit": "PerformWork",
    "RecordTraining": "RecordTrialRun",
    "ReturnMould": "VerifyService",
    "RefuseSignature": "VerifyService",
    "DeclineEvaluation": "EvaluateService",
    "ReserveSpares": "RequestOnsite",
    "IssueSpares": "RequestOnsite",
    "ReturnSpares": "DepartSite",
}
"""Commands beside the normal visit, and the command of it in whose place or before which they come."""
_NO_VISIT = {"items": None, "technicians": None, "spares": None}
RETURN: dict[str, dict[str, Any]] = {
    "Classify": {},
    "RequestOnsite": setbacks.return_request(),
    "ApproveOnsite": setbacks.return_approval(),
    "PrepareService": {**setbacks.transport(), **_NO_VISIT},
    "ReceiveMould": {},
    "ConfirmProblem": {},
    "ProposePlan": {},
    "AgreePlan": {},
    "PerformWork": {},
    "FinishWork": {},
    "RecordTrialRun": {},
    "ReturnMould": {},
    "VerifyService": {},
}
"""The way of a mould that comes to our factory, with what changes in the bodies of a visit (B-07)."""


def way_until(command: str) -> list[str]:
    """The commands of a normal visit before this one, or before the one in whose place it stands."""
    way = [step.command for step in ONSITE]
    return way[: way.index(BESIDES.get(command, command))]


class Walk:
    """One case of a linked customer, and what was sent of its way so far."""

    def __init__(self, desk: Desk, case_id: str, companies: tuple[str, str]) -> None:
        self.desk = desk
        self.case_id = case_id
        self.companies = companies
        self.trial_event_id: str | None = None

    async def before(self, command: str, **changes: dict[str, Any]) -> "Walk":
        """Everything until this command could be sent; `changes` names bodies by their command."""
        for step in way_until(command):
            answer = await self.send(step, **changes.get(step, {}))
            assert answer.status == 201, (step, answer.body)
        return self

    async def after(self, command: str, **changes: dict[str, Any]) -> "Walk":
        """Everything up to this command."""
        await self.before(command, **changes)
        answer = await self.send(command, **changes.get(command, {}))
        assert answer.status == 201, (command, answer.body)
        return self

    async def send(
        self, command: str, *, by: str | None = None, rights: tuple[str, ...] = (), **changes: Any
    ) -> Answer:
        """The answer to one command of the way with changed fields."""
        step = STEPS[command]
        self.until(step.hour)
        if command == "VerifyService" and changes.get("mode") is None:
            changes = {"trial_event_id": self.trial_event_id, **changes}
        body = step.body(**changes)
        answer = await self.desk.send(command, body, to=self.case_id, by=by or step.by, rights=rights)
        if command == "RecordTrialRun" and answer.status == 201:
            self.trial_event_id = answer.body["event"]["id"]
        return answer

    def until(self, hour: float) -> None:
        """Move the clock to this hour, never back."""
        passed = (self.desk.clock.now() - samples.NOON).total_seconds() / 3600
        self.desk.later(hours=max(0.0, hour - passed))

    async def state(self) -> Case:
        """The case as the log tells it."""
        folded = await self.desk.aggregates.refresh(subject_of("case", self.case_id))
        assert isinstance(folded.state, Case)
        return folded.state

    async def has_recorded(self, type: str, fields: dict[str, Any]) -> str:
        """A fact of another stage stands in the log, whatever its rules say; its event id."""
        subject, command_id = subject_of("case", self.case_id), str(uuid4())
        last = (await self.desk.events(self.case_id))[-1]
        meta = Meta(
            version=last.meta.version + 1,
            type=type,
            event_id=event_id(subject, command_id),
            command_id=command_id,
            command_hash="0" * 64,
            correlation_id=command_id,
            actor="engineer",
            actor_role="ENGINEER",
            occurred_at=self.desk.clock.now(),
            recorded_at=self.desk.clock.now(),
            prev=last.hash,
        )
        draft = Draft(subject, encode(meta, fields), meta.event_id, type, meta.version, command_id)
        await self.desk.store.append(draft, last.sequence)
        await self.state()
        return meta.event_id


async def walk(**changes: Any) -> Walk:
    """A fresh desk with its people, files and two companies, and a case of the first one."""
    desk = Desk()
    await desk.open()
    desk.evidence.files |= visit.FILES
    own = (await desk.send("RegisterCustomer", samples.customer())).body["id"]
    other = (await desk.send("RegisterCustomer", samples.customer(customer_no="C-2002"))).body["id"]
    users = {
        **USERS,
        "customer": {"roles": ["CUSTOMER"], "customer_id": own},
        "stranger": {"roles": ["CUSTOMER"], "customer_id": other},
    }
    for name, fields in users.items():
        answer = await desk.send("AddUser", {"user_name": name, **fields}, by="admin")
        assert answer.status == 201, answer.body
    return Walk(desk, await desk.register(**{"customer_id": own, **changes}), (own, other))


def session(outcome: str, hours: float = 0.05) -> dict[str, Any]:
    """A remote session as it is stored."""
    return {
        "mode": "VIDEO",
        "started_at": samples.at(hours - 0.5),
        "ended_at": samples.at(hours),
        "our_people": ["engineer"],
        "customer_people": [{"name": "张伟", "role": "设备主管"}],
        "conversation_summary": "指导调整锁模力",
        "steps": [{"seq": 1, "kind": "ADJUST", "action": "降低锁模力", "observed": "飞边减轻"}],
        "outcome": outcome,
    }


async def returning(command: str, **changes: Any) -> Walk:
    """A case whose mould comes to our factory, everything before this command (B-07)."""
    walked = await walk(**changes)
    for step in list(RETURN)[: list(RETURN).index(command)]:
        answer = await walked.send(step, **RETURN[step])
        assert answer.status == 201, (step, answer.body)
    return walked


async def resolved_from_afar(**changes: Any) -> Walk:
    """A case that a remote session resolved; the customer's word is to come (W2)."""
    walked = await (await walk(**changes)).after("Classify")
    await walked.has_recorded("RemoteSessionLogged", session("RESOLVED"))
    walked.until(27.5)
    return walked
