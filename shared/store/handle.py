"""Load, decide, append: one way for every command of every service.

A lost race and a lost answer both mean "look again": the command id in the log tells whether the event stands.
Nothing is refused on what memory says; before a refusal the leader is asked.
"""

import asyncio
import random

from shared.events.envelope import Recorded, encode, subject_of
from shared.runtime import measures, tracing
from shared.runtime.clock import Clock
from shared.store import concern
from shared.store.admission import Admission, Work
from shared.store.answers import accepted, final, repeated
from shared.store.cache import Aggregates, Folded
from shared.store.decider import Decider, Decision
from shared.store.gather import Evidence
from shared.store.opening_keys import OpeningKeys
from shared.store.order import Fault, Refused
from shared.store.port import Conflict, Draft, EventStore, OutcomeUnknown, StoreUnavailable
from shared.store.problem import problem
from shared.store.recording import meta_of
from shared.store.request import Answer, Request
from shared.store.sealing import Sealer

ATTEMPTS = 3


class Busy(Exception):
    """Three tries gave no certain outcome; the caller repeats the command with the same id."""


class CommandHandler:
    """Answers the commands of the services that this process runs."""

    def __init__(
        self,
        store: EventStore,
        aggregates: Aggregates,
        admission: Admission,
        *,
        sealer: Sealer,
        evidence: Evidence,
        clock: Clock,
    ) -> None:
        self._store = store
        self._aggregates = aggregates
        self._admission = admission
        self._sealer = sealer
        self._clock = clock
        self._decider = Decider(aggregates, OpeningKeys(store), sealer, evidence)

    def kind_of(self, command: str) -> str | None:
        """The kind of aggregate that a command is for, None when there is no such command here."""
        return self._admission.kind_of(command)

    def concern_of(self, request: Request, answer: Answer) -> dict[str, str]:
        """The aggregate that a command was for, once it is known to exist."""
        name = answer.body.get("id") or request.aggregate_id
        kind = self.kind_of(request.command)
        if kind is None or name is None or not self._aggregates.position(subject_of(kind, name)):
            return {}
        return concern.aggregate(kind, name)

    async def handle(self, request: Request) -> Answer:
        """The answer to one command; never raises for what a caller can do wrong or the store can suffer."""
        try:
            work = await self._admission.admit(request, self._clock.now())
            async with self._aggregates.alone(work.subject):
                if work.command.number is None:
                    return await self._settle(work)
                # Alone with the key too: under another number it would be at work on another aggregate meanwhile.
                async with self._aggregates.alone(f"key.{work.request.command_id}"):
                    return await self._settle(work)
        except Refused as refused:
            return problem(refused.faults)
        except (Busy, StoreUnavailable):
            return problem([Fault("H-503", "busy")])

    async def _settle(self, work: Work) -> Answer:
        kind = work.command.kind
        with tracing.span("load"):
            folded, is_fresh, tries = await self._first_look(work), False, 0
        while True:
            if first := folded.answers.get(work.request.command_id):
                return repeated(work, first)
            with tracing.span("decide"):
                verdict = await self._decider.decide(work, folded)
            if isinstance(verdict.outcome, Decision):
                try:
                    return await self._append(work, folded, verdict.outcome)
                except (Conflict, OutcomeUnknown) as lost:
                    tries += 1
                    (measures.CONFLICTS if isinstance(lost, Conflict) else measures.UNKNOWN).labels(kind).inc()
                if tries == ATTEMPTS:
                    raise Busy
                measures.RETRIES.labels(kind).inc()
                await asyncio.sleep(random.uniform(0.0, 0.02) * tries)
                with tracing.span("load"):
                    folded, is_fresh = await self._aggregates.refresh(work.subject), False
            elif is_fresh:
                return final(work, folded, verdict.outcome)
            else:
                with tracing.span("load"):
                    folded, is_fresh = await self._refresh(work, verdict.subjects), True

    async def _first_look(self, work: Work) -> Folded:
        """What the command is decided on at first. One that derives a new id from its own opens what is not there,
        unless it is sent again; a number may be somebody else's."""
        if work.request.aggregate_id is None and work.command.number is None:
            return self._aggregates.presumed(work.subject)
        return await self._aggregates.get(work.subject)

    async def _refresh(self, work: Work, subjects: frozenset[str]) -> Folded:
        for subject in subjects:
            await self._aggregates.refresh(subject)
        if not work.claims.system:
            await self._aggregates.refresh(subject_of("staff", work.claims.user))
        return await self._aggregates.refresh(work.subject)

    async def _append(self, work: Work, folded: Folded, decision: Decision) -> Answer:
        late_reason = decision.circumstances.late_reason
        with tracing.span("seal"):
            sealed = await self._sealer.seal_for(work.subject, decision.event, folded.state, late_reason)
        meta = meta_of(work, folded, decision, self._seen(work, decision), sealed.late_reason)
        payload = encode(meta, sealed.fields)
        draft = Draft(work.subject, payload, meta.event_id, meta.type, meta.version, meta.command_id)
        with tracing.span("append", {"messaging.system": "nats", "messaging.destination.name": "EVENTS"}):
            sequence = await self._store.append(draft, folded.head.sequence)
        after = await self._aggregates.appended(Recorded(sequence, work.subject, payload))
        return accepted(201, work, after.answers[meta.command_id])

    def _seen(self, work: Work, decision: Decision) -> dict[str, int]:
        """The positions of what a decision rests on, the roles of its actor among them."""
        if work.claims.system:
            return decision.seen
        staff = self._aggregates.position(subject_of("staff", work.claims.user))
        return {**decision.seen, f"staff.{work.claims.user}": staff}
