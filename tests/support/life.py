"""Cases in every state of the life cycle, each reached by its real commands at a desk of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.command_line.seeding import content
from shared.case.state import Case
from shared.clocks.policy import CALENDAR
from shared.events.envelope import subject_of
from shared.events.policy import SlaPolicyPublished
from shared.events.vocabulary import CaseState as S
from shared.events.vocabulary import Role
from shared.runtime.clock import SimulatedClock
from shared.store.memory import MemoryStore
from shared.store.request import Answer
from tests.support import samples, visit
from tests.support.acts import OF_CASES
from tests.support.desk import COMMANDS, Desk
from tests.support.past import happened
from tests.support.scene import Scene, user_of
from tests.support.walking import USERS

STRIDE = 0.2
"""Hours between two commands."""
LONGER = {"AttemptCallback": 13.0}
"""Hours before commands that take their time."""
Sent = str | tuple[str, Role]
"""A command by who usually sends it, or by somebody in this role."""
TO_PREPARED: tuple[Sent, ...] = (
    *("RequestOnsite", "ApproveOnsite", "ConfirmVisit", "ReadSafetyRules"),
    *(("ReadSafetyRules", Role.ENGINEER), "PrepareService"),
)
"""A technician and an engineer are sent."""
TO_WORK_DONE = ("ConfirmProblem", "ProposePlan", "AgreePlan", "PerformWork", "FinishWork")
TO_CLOSED = (
    *("RecordTrialRun", "VerifyService", "DepartSite", "SubmitCompletionReport", "EvaluateService"),
    *("ReturnFromSite", "ArchiveCase", "ScheduleCallback", "ScheduleCallback"),
    *("CompleteCallback", "CompleteCallback", "CloseCase"),
)
VISIT: tuple[Sent, ...] = ("Classify", "RequestConsultation", *TO_PREPARED, "ArriveOnSite", *TO_WORK_DONE, *TO_CLOSED)
RETURN = ("Classify", "RequestOnsite", "ApproveOnsite", "PrepareService", "ReceiveMould", *TO_WORK_DONE, "AbortVisit")
WAYS: dict[str, tuple[tuple[Sent, ...], ...]] = {
    "VISIT": (
        VISIT,
        ("Classify", "LogRemoteSession"),
        ("CancelCase",),
        ("MarkDuplicate",),
        ("TransferCase",),
    ),
    "RETURN": (RETURN,),
    "TRAINING": (VISIT[: VISIT.index("RecordTrialRun")], ("Classify", "LogRemoteSession")),
    "REMOTE": (("Classify", "LogRemoteSession", "VerifyService"),),
    "UNIDENTIFIED": ((),),
    "AGAIN": ((*VISIT[: VISIT.index("ArriveOnSite") + 1], "AbortVisit", *TO_PREPARED),),
}
"""Kinds of cases: the ways on which they come to their states, the last time that a way comes there."""
WANTS: dict[str, dict[str, Any]] = {
    "RETURN": {"service_mode": "RETURN"},
    "TRAINING": {"scope": "TRAINING"},
    "UNIDENTIFIED": {"unknown": ("mould_model", "order_no")},
}
ON_THE_WAY = {"LogRemoteSession": {"outcome": "RESOLVED"}}


class Standing(Struct):
    """A case that came to a state: what the log held then, and the time."""

    log: list[tuple[str, bytes]]
    case_id: str
    at: datetime


class Life:
    """A desk with all its people, a customer, another case of the same mould, and what was reached so far."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.case_id = ""
        self.others: dict[str, str] = {}
        self.levels = msgspec.convert(_levels(), SlaPolicyPublished)
        self._number = 0
        self._reached: dict[tuple[str, S], Standing] = {}
        self._begun: Standing

    async def open(self) -> "Life":
        """Everything that the cases need."""
        desk = self.desk
        await desk.open()
        desk.evidence.files |= visit.FILES
        for file_ref in visit.FILES:
            desk.evidence.keep(file_ref)
        for command, body, name in (
            ("PublishCalendar", samples.calendar(**content("calendar")), CALENDAR),
            ("PublishSlaPolicy", _levels(), "standard"),
        ):
            answer = await desk.send(command, body, to=name, by="supervisor")
            assert answer.status == 201, answer.body
        self.others["customer"] = (await desk.send("RegisterCustomer", samples.customer())).body["id"]
        customer = {"customer": {"roles": ["CUSTOMER"], "customer_id": self.others["customer"]}}
        for name, fields in {**USERS, **customer}.items():
            answer = await desk.send("AddUser", {"user_name": name, **fields}, by="admin")
            assert answer.status == 201, answer.body
        self.others["case"] = await self._registered({})
        self._begun = self._now()
        return self

    async def stand(self, kind: str, state: S) -> str:
        """Go back to a case of this kind when it came to this state; its id."""
        key = (kind, state)
        if key not in self._reached:
            await self._reach(kind, state)
        self._go_back(self._reached[key])
        return self.case_id

    async def _reach(self, kind: str, state: S) -> None:
        """Take the ways of a kind to their ends, and remember every state on them."""
        for way in WAYS[kind]:
            self._go_back(self._begun)
            wants = WANTS.get(kind, {})
            self.case_id = await self._registered(wants)
            self._reached.setdefault((kind, S.RECEIVED), self._now())
            before = S.RECEIVED
            for sent in way:
                reached = await self.take(sent, {**ON_THE_WAY.get(str(sent), {}), **wants})
                if reached is not before:
                    self._reached[kind, reached] = self._now()
                before = reached
        assert (kind, state) in self._reached, f"no way of {kind} comes to {state}"

    async def take(self, sent: Sent, wants: dict[str, Any] | None = None) -> S:
        """One command that must be accepted; the state after it."""
        command, role = (sent, OF_CASES[sent].role) if isinstance(sent, str) else sent
        answer = await self.send(command, role, wants or {})
        assert answer.status == 201, (command, answer.body)
        return S(answer.body["state"])

    async def send(self, command: str, role: Role, wants: dict[str, Any]) -> Answer:
        """The answer to a command by somebody in this role."""
        self.desk.later(hours=LONGER.get(command, STRIDE))
        scene = await self.scene(command, role, wants)
        return await self.desk.send(command, OF_CASES[command].body(scene), to=self.case_id, by=scene.user)

    async def told(self, *commands: str) -> None:
        """What these commands would have recorded stands in the log, whatever their rules say."""
        for command in commands:
            scene = await self.scene(command, OF_CASES[command].role, {})
            body = OF_CASES[command].body(scene)
            await happened(self.desk, self.case_id, (COMMANDS[command].event.__name__, body))

    async def scene(self, command: str, role: Role, wants: dict[str, Any]) -> Scene:
        """What is known now to whoever sends a command."""
        folded = await self.desk.aggregates.refresh(subject_of("case", self.case_id))
        self._number += 1
        return Scene(
            id=self.case_id,
            state=folded.state,
            role=role,
            user=user_of(command, role),
            at=self.desk.clock.now(),
            ids={one.type: one.event_id for one in folded.answers.values()},
            others=self.others,
            levels=self.levels,
            number=self._number,
            wants=wants,
        )

    async def state(self) -> S | None:
        """Where the case stands by its log."""
        self.desk.restart()
        folded = await self.desk.aggregates.refresh(subject_of("case", self.case_id))
        assert isinstance(folded.state, Case)
        return folded.state.state

    async def _registered(self, wants: dict[str, Any]) -> str:
        scene = Scene("", Case(), Role.SPECIALIST, "specialist", self.desk.clock.now(), others=self.others, wants=wants)
        answer = await self.desk.send("RegisterFeedback", OF_CASES["RegisterFeedback"].body(scene))
        assert answer.status == 201, answer.body
        return str(answer.body["id"])

    def _now(self) -> Standing:
        store = self.desk.store
        assert isinstance(store, MemoryStore)
        return Standing(list(store._log), self.case_id, self.desk.clock.now())

    def _go_back(self, then: Standing) -> None:
        """The log and the time as they were, in a new process."""
        self.desk.store = with_log(then.log)
        self.desk.clock = SimulatedClock(then.at)
        self.desk.restart()
        self.case_id = then.case_id


def with_log(log: Sequence[tuple[str, bytes]]) -> MemoryStore:
    """A store that holds these events."""
    store = MemoryStore()
    store._log = list(log)
    for position, (subject, payload) in enumerate(store._log, start=1):
        store._positions.setdefault(subject, []).append(position)
        store._event_ids.add(msgspec.json.decode(payload)["meta"]["event_id"])
    return store


def _levels() -> dict[str, Any]:
    """The service levels of the product, but every clock may stand still, and a supervisor may quote."""
    published = content("service_levels")
    pausable = ["FIRST_RESPONSE", "RESOLUTION", "CALLBACK"]
    times = {"version": 2, "effective_from": samples.at(0), "drafted_by": "supervisor"}
    return {**times, "content": {**published, "pausable": pausable, "quotation_limit_fen": 100_000}}
