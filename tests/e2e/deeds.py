"""What people do to a running product, one deed at a time: to a few cases at once and to the firm around them."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from shared.case.state import Case
from shared.events.envelope import subject_of
from shared.events.policy import SlaPolicyPublished
from shared.events.vocabulary import CaseState, Role
from shared.store.cache import Aggregates, Folded
from tests.e2e.choosing import ENDS, PEOPLE, Choice, Chooser
from tests.e2e.following import has_followed
from tests.e2e.spoiling import Spoil, as_it_is
from tests.e2e.sworn import Sworn, Told
from tests.support.acts import ACTS
from tests.support.acts_firm import FIRM
from tests.support.desk import COMMANDS
from tests.support.scene import Scene
from tests.waiting import until

BEGUN = timedelta(hours=60)
"""How long ago a case begins; its own time goes on from there, up to now."""
STRIDE, LONGER = timedelta(minutes=6), {"AttemptCallback": timedelta(hours=13)}
OPEN_CASES, MOST_EVENTS = 6, 110
SENDING = {command.event.__name__: name for name, command in COMMANDS.items() if command.kind == "case"}
OPENING = {name for name, command in COMMANDS.items() if command.opens == "always"}
NAMED = {"PublishSlaPolicy": "standard", "PublishCalendar": "company-calendar", "PublishVocabulary": "fault-code"}
OWN = frozenset({"AppointDelegate", "RevokeDelegate"})
"""What people do for themselves."""


class Life(Struct):
    """A case at work, and the time of its own that it has come to."""

    id: str
    time: datetime


class Deeds:
    """Each deed sends one command. All choices hang on `chance` and on what the log says.

    `touched` is the case that the last accepted command was about, and where in the log that stands.
    """

    def __init__(
        self, chance: random.Random, door: Sworn, aggregates: Aggregates, levels: SlaPolicyPublished, customer: str
    ) -> None:
        self.states: Counter[str] = Counter()
        self.touched: Told | None = None
        self._chance = chance
        self._choose = Chooser(chance, SENDING)
        self._door = door
        self._aggregates = aggregates
        self._levels = levels
        self._customer = customer
        self._lives: list[Life] = []
        self._at_hand = 0
        self._cases: list[str] = []
        self._firm: dict[str, list[str]] = {}
        self._steps = 0

    def begin(self, seed: int) -> None:
        """The next step makes its choices by this seed; the same one chooses otherwise in another step."""
        self._steps += 1
        self.touched = None
        self._chance.seed(f"{seed} {self._steps}")

    def take_up(self, which: int) -> None:
        """Go on with another case."""
        self._at_hand = which

    async def open(self) -> None:
        """A customer's problem is registered, mostly by whom it is meant for; while enough are open work goes on."""
        if len(self._lives) == OPEN_CASES:
            await self.go_on()
            return
        begins = datetime.now(UTC) - BEGUN
        role = self._chance.choices((Role.SPECIALIST, *PEOPLE), (12, *[1] * len(PEOPLE)))[0]
        choice = self._choose.by("RegisterFeedback", role)
        scene = self._scene(choice, "", Case(), begins, {"customer": self._customer})
        told = await self._send(choice, None, scene, begins)
        if told is not None:
            self._cases.append(told.id)
            self._lives.append(Life(told.id, begins))

    async def go_on(self, *among: Role, spoil: Spoil = as_it_is) -> None:
        """Something that the table of the life cycle allows now, by one of these if it is their turn."""
        await self._turn(lambda case: self._choose.likely(case, among), spoil)

    async def anything(self, command: str, role: Role) -> None:
        """A command by somebody, whatever the case is at."""
        if command in OPENING:
            await self.open()
            return
        await self._turn(lambda case: self._choose.by(command, role))

    async def void(self) -> None:
        """A supervisor voids an auditor's note; an auditor makes one where there is none."""
        note, voiding = ("AddAuditNote", Role.AUDITOR), ("VoidEvent", Role.SUPERVISOR)
        await self._turn(lambda case: self._choose.by(*(voiding if case.analytics.audit_notes else note)))

    async def _turn(self, choose: Callable[[Case], Choice], spoil: Spoil = as_it_is) -> None:
        if not self._lives:
            await self.open()
            return
        life = self._lives[self._at_hand % len(self._lives)]
        folded = await self.folded(life.id)
        choice = choose(folded.state)
        life.time = min(life.time + LONGER.get(choice.command, STRIDE), datetime.now(UTC))
        ids = {one.type: one.event_id for one in folded.answers.values()}
        others = {"case": await self._another(life.id), "improvement": self._one("improvement")}
        scene = self._scene(choice, life.id, folded.state, life.time, others, ids)
        told = await self._send(choice, life.id, scene, life.time, spoil)
        if told is not None:
            assert told.version > folded.head.version
            await self._reacted(life, told)

    async def folded(self, case_id: str) -> Folded:
        """A case as the log tells it now."""
        return await self._aggregates.refresh(subject_of("case", case_id))

    async def _case(self, case_id: str) -> Case:
        state = (await self.folded(case_id)).state
        assert isinstance(state, Case)
        return state

    async def _another(self, case_id: str) -> str:
        """Another case that is not merged itself; this one while there is none."""
        for other in self._chance.sample(self._cases, len(self._cases)):
            if other != case_id and (await self._case(other)).state is not CaseState.MERGED:
                return other
        return case_id

    async def _reacted(self, life: Life, told: Told) -> None:
        """Wait for what must follow by itself; leave a case that is over, or long."""

        async def followed() -> bool:
            return await has_followed(told.type, life.id, self._case)

        await until(followed, seconds=30)
        state = (await self._case(life.id)).state
        self.states[str(state)] += 1
        is_long = told.version > MOST_EVENTS or life.time >= datetime.now(UTC) - STRIDE
        if is_long or (state in (*ENDS, CaseState.CLOSED) and self._chance.random() < 0.2):
            self._lives.remove(life)

    async def tend_firm(self, *kinds: str) -> None:
        """A command on something else than a case, of one of these kinds, rather one that happened seldom."""
        commands = [command for command in FIRM if COMMANDS[command].kind in kinds]
        names = [self._target(command) for command in commands]
        states = [
            (await self._aggregates.get(subject_of(COMMANDS[command].kind, name))).state if name is not None else None
            for command, name in zip(commands, names, strict=True)
        ]
        weights = [
            self._choose.seldom(COMMANDS[command].event.__name__, state) ** 3
            for command, state in zip(commands, states, strict=True)
        ]
        ((command, name, state),) = self._chance.choices([*zip(commands, names, states, strict=True)], weights)
        role = FIRM[command].role if self._chance.random() < 0.9 else self._chance.choice(PEOPLE)
        choice = Choice(command, role, str(name)) if command in OWN else self._choose.by(command, role)
        others = {one: self._one(one) for one in ("customer", "channel")}
        others["case"] = self._cases[-1] if self._cases else "none-yet"
        told = await self._send(choice, name, self._scene(choice, name or "", state, datetime.now(UTC), others), None)
        if told is None:
            return
        await self._aggregates.refresh(subject_of(COMMANDS[command].kind, told.id))
        if COMMANDS[command].opens != "never" and command not in NAMED:
            self._firm.setdefault(COMMANDS[command].kind, []).append(told.id)

    def _target(self, command: str) -> str | None:
        """What a command is about; None for one that opens something."""
        if command in OWN:
            return "supervisor"
        if command == "RegisterPerson":
            return f"p-{self._steps}"
        return None if command in OPENING else NAMED.get(command) or self._one(COMMANDS[command].kind)

    def _one(self, kind: str) -> str:
        """The newest of a kind, now and then the one before; the name of none while there is none."""
        known = self._firm.get(kind, [])
        return self._chance.choice([*known[-2:], *known[-1:]] or ["none-yet"])

    def _scene(
        self,
        choice: Choice,
        name: str,
        state: Any,
        at: datetime,
        others: Mapping[str, str],
        ids: Mapping[str, str] | None = None,
    ) -> Scene:
        return Scene(
            id=name,
            state=state,
            role=choice.role,
            user=choice.user,
            at=at,
            ids=ids or {},
            others=others,
            levels=self._levels,
            number=self._steps,
            chance=self._chance,
        )

    async def _send(
        self, choice: Choice, name: str | None, scene: Scene, at: datetime | None, spoil: Spoil = as_it_is
    ) -> Told | None:
        told = await self._door.send(choice, name, ACTS[choice.command].body(scene), at, spoil)
        if told is not None:
            self._choose.happened[told.type] += 1
            self.touched = told if COMMANDS[choice.command].kind == "case" else None
        return told
