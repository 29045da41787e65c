"""Lets a plan happen: every command at its time through the ordinary handler, and what follows from it.

A queue in order of time over all cases. What the log holds already is not sent again, so a filling that was
killed goes on where it stopped and ends the same.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
import structlog

from services.command_line.sample_month.answering import Answers, TakingUp
from services.command_line.sample_month.planning import Planned
from services.command_line.sample_month.reacting import Reactors
from services.command_line.sample_month.shelf import Shelf
from shared.events.envelope import Recorded, subject_of
from shared.reactors.handover import Intended
from shared.reactors.sender import Opener, judge
from shared.runtime.clock import SimulatedClock
from shared.runtime.identity import ActorSigner
from shared.store.cache import Aggregates, Folded
from shared.store.commands import Outgoing
from shared.store.handle import CommandHandler
from shared.store.port import EventStore, StoreUnavailable
from shared.store.request import Answer, Request

RIGHTS = ("sample",)
BUSY = 503
Told = Callable[[int, int], None]
"""How many commands of how many are done."""
_log = structlog.get_logger(__name__)


class Hearing(Aggregates):
    """Aggregates that tell which events this process has just stored."""

    def __init__(self, store: EventStore) -> None:
        super().__init__(store)
        self.heard: dict[str, Recorded] = {}

    async def made_by(self, command_id: str, subject: str) -> Recorded | None:
        """The event of a command that was accepted; looked up where its answer was lost. None: the fact was older."""
        if (heard := self.heard.pop(command_id, None)) is not None:
            return heard
        found = await self._store.load(subject)
        return next((one for one in found if one.meta.command_id == command_id), None)

    async def appended(self, recorded: Recorded) -> Folded:
        """As always, and remembered by its command."""
        self.heard[recorded.meta.command_id] = recorded
        return await super().appended(recorded)


class Straight:
    """The way of a command to the handler without a wire between."""

    def __init__(self, handler: CommandHandler) -> None:
        self._handler = handler

    async def ask(self, order: Outgoing, body: bytes) -> Answer:
        """The handler's answer."""
        request = Request(
            command=order.command,
            aggregate_id=order.aggregate_id,
            command_id=order.command_id,
            token=order.token,
            body=body,
            causation_id=order.causation_id,
            correlation_id=order.correlation_id,
        )
        return await self._handler.handle(request)


class Filling:
    """One run over a plan."""

    def __init__(
        self,
        door: Straight,
        hearing: Hearing,
        reactors: Reactors,
        shelf: Shelf,
        *,
        clock: SimulatedClock,
        signer: ActorSigner,
        opener: Opener,
        past: Sequence[Recorded],
    ) -> None:
        self._door = door
        self._hearing = hearing
        self._reactors = reactors
        self._shelf = shelf
        self._clock = clock
        self._signer = signer
        self._opener = opener
        self._past = {recorded.meta.command_id: recorded for recorded in past}
        self._answers = Answers()
        self._ended: set[int] = set()
        self.refused: list[str] = []

    async def run(self, plan: Sequence[Planned], end: datetime, stop: asyncio.Event, told: Told) -> bool:
        """Everything up to `end`; False when `stop` came first. Raises: StoreUnavailable, IntegrityError."""
        for number, planned in enumerate(plan):
            if not await self._react_until(planned.at, stop):
                return False
            self._move(planned.at)
            await self._do(planned)
            told(number + 1, len(plan))
        return await self._react_until(end, stop)

    async def _react_until(self, instant: datetime, stop: asyncio.Event) -> bool:
        """Send what is due before an instant, in order of time; whether nobody has stopped it."""
        while not stop.is_set():
            due, answered = self._reactors.next_at() or instant, self._answers.next_at() or instant
            if min(due, answered) >= instant:
                break
            self._move(min(due, answered))
            await (self._send(self._reactors.pop()) if due <= answered else self._take_up(self._answers.pop()))
        return not stop.is_set()

    async def _take_up(self, answer: TakingUp) -> None:
        """Somebody takes a level up; what is over by then needs no answer."""
        outgoing = Outgoing(
            service="",
            command="AcknowledgeEscalation",
            aggregate_id=answer.case_id,
            command_id=answer.command_id,
            token=self._signer.sign(answer.user, self._clock.now(), rights=RIGHTS),
        )
        await self._settled(outgoing, msgspec.json.encode({"clock": answer.clock, "level": answer.level}))

    def _move(self, instant: datetime) -> None:
        if instant > self._clock.now():
            self._clock.advance(instant - self._clock.now())

    async def _do(self, planned: Planned) -> None:
        if planned.case in self._ended:
            return
        if planned.command_id not in self._past:
            await self._shelf.has(planned.papers)
        outgoing = Outgoing(
            service="",
            command=planned.command,
            aggregate_id=planned.aggregate_id,
            command_id=planned.command_id,
            token=self._signer.sign(planned.user, self._clock.now(), rights=RIGHTS),
        )
        answer = await self._settled(outgoing, msgspec.json.encode(planned.body))
        if answer is not None and not answer.is_accepted:
            self._ended.add(planned.case)
            told = f"{planned.case} {planned.step}: {answer.body.get('code')} {answer.body.get('errors')}"
            self.refused.append(told)
            _log.error("sample case ends early", step=planned.step, code=answer.body.get("code"))

    async def _send(self, intended: Intended) -> None:
        wanted, meta, now = intended.wanted, intended.recorded.meta, self._clock.now()
        outgoing = Outgoing(
            service=wanted.service,
            command=wanted.command,
            aggregate_id=wanted.aggregate_id,
            command_id=wanted.command_id,
            token=self._signer.sign("system", now, system=True, rights=RIGHTS),
            causation_id=meta.event_id,
            correlation_id=meta.correlation_id,
        )
        body = await self._opener.open_body(msgspec.json.encode(wanted.body))
        answer = await self._settled(outgoing, body) or Answer(200, {})
        self._reactors.settle(intended, judge(answer, 0, now), now)

    async def _settled(self, outgoing: Outgoing, body: bytes) -> Answer | None:
        """The answer to a command, None for one that the log holds; what it made is seen by the reactors.

        Raises: StoreUnavailable.
        """
        known = self._past.get(outgoing.command_id)
        if known is not None:
            self._see(known)
            return None
        answer = await self._door.ask(outgoing, body)
        if answer.status == BUSY:
            raise StoreUnavailable(f"{outgoing.command} had no certain outcome")
        if answer.is_accepted:
            made = await self._hearing.made_by(outgoing.command_id, subject_of("case", str(answer.body["id"])))
            if made is not None:
                self._see(made)
        return answer

    def _see(self, recorded: Recorded) -> None:
        self._reactors.see(recorded)
        self._answers.hear(recorded)
