"""Random people send random commands to a running product, on a few cases at once and on the firm around them."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from shared.case.state import Case
from shared.events.envelope import subject_of
from shared.events.policy import SlaPolicyPublished
from shared.events.vocabulary import CaseState, Role
from shared.store.cache import Aggregates
from tests.e2e.choosing import ENDS, PEOPLE, Choice, Chooser
from tests.e2e.following import has_followed
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


class Machine:
    """`take` does one step. All choices hang on `chance` and on what the log says, so that a seed is told again."""

    def __init__(
        self, chance: random.Random, door: Sworn, aggregates: Aggregates, levels: SlaPolicyPublished, customer: str
    ) -> None:
        self.steps = 0
        self.states: Counter[str] = Counter()
        self._chance = chance
        self._choose = Chooser(chance, SENDING)
        self._door = door
        self._aggregates = aggregates
        self._levels = levels
        self._customer = customer
        self._lives: list[Life] = []
        self._cases: list[str] = []
        self._firm: dict[str, list[str]] = {}

    async def take(self) -> None:
        """One command. Raises: AssertionError with the commands before it."""
        self.steps += 1
        try:
            if len(self._lives) < OPEN_CASES:
                await self._register()
            elif self._chance.random() < 0.13:
                await self._tend_firm()
            else:
                await self._go_on(self._chance.choice(self._lives))
        except AssertionError as failed:
            failed.add_note(f"step {self.steps}; the last commands:\n" + "\n".join(self._door.story))
            raise

    async def _register(self) -> None:
        begins = datetime.now(UTC) - BEGUN
        role = self._chance.choices((Role.SPECIALIST, *PEOPLE), (12, *[1] * len(PEOPLE)))[0]
        choice = self._choose.by("RegisterFeedback", role)
        scene = self._scene(choice, "", Case(), begins, {"customer": self._customer})
        told = await self._send(choice, None, scene, begins)
        if told is not None:
            self._cases.append(told.id)
            self._lives.append(Life(told.id, begins))

    async def _go_on(self, life: Life) -> None:
        folded = await self._aggregates.refresh(subject_of("case", life.id))
        choice = self._choose.unlikely() if self._chance.random() < 0.12 else self._choose.likely(folded.state)
        if choice.command == "RegisterFeedback":
            await self._register()
            return
        life.time = min(life.time + LONGER.get(choice.command, STRIDE), datetime.now(UTC))
        ids = {one.type: one.event_id for one in folded.answers.values()}
        others = {"case": await self._another(life.id), "improvement": self._one("improvement")}
        told = await self._send(
            choice, life.id, self._scene(choice, life.id, folded.state, life.time, others, ids), life.time
        )
        if told is not None:
            assert told.version > folded.head.version
            await self._reacted(life, told)

    async def _case(self, case_id: str) -> Case:
        state = (await self._aggregates.refresh(subject_of("case", case_id))).state
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

    async def _tend_firm(self) -> None:
        """A command on something else than a case, rather one that happened seldom."""
        names = [self._target(command) for command in FIRM]
        states = [
            (await self._aggregates.get(subject_of(COMMANDS[command].kind, name))).state if name is not None else None
            for command, name in zip(FIRM, names, strict=True)
        ]
        weights = [
            self._choose.seldom(COMMANDS[command].event.__name__, state) ** 3
            for command, state in zip(FIRM, states, strict=True)
        ]
        ((command, name, state),) = self._chance.choices([*zip(FIRM, names, states, strict=True)], weights)
        role = FIRM[command].role if self._chance.random() < 0.9 else self._chance.choice(PEOPLE)
        choice = Choice(command, role, str(name)) if command in OWN else self._choose.by(command, role)
        others = {one: self._one(one) for one in ("customer", "channel")} | {"case": self._cases[-1]}
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
            return f"p-{self.steps}"
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
            number=self.steps,
            chance=self._chance,
        )

    async def _send(self, choice: Choice, name: str | None, scene: Scene, at: datetime | None) -> Told | None:
        told = await self._door.send(choice, name, ACTS[choice.command].body(scene), at)
        if told is not None:
            self._choose.happened[told.type] += 1
        return told
