"""Load, decide, append: one way for every command of every service.

A lost race and a lost answer both mean "look again": the command id in the log tells whether the event stands.
Nothing is refused on what memory says; before a refusal the leader is asked.
"""

import asyncio
import random
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from shared.case.lifecycle import transition
from shared.case.state import Case
from shared.events.envelope import Meta, Origin, Recorded, encode, event_id, subject_of
from shared.events.upcast import schema_of
from shared.events.vocabulary import Role
from shared.masters.staff import SYSTEM_USER, Staff
from shared.runtime import measures, tracing
from shared.runtime.clock import Clock
from shared.store import concern
from shared.store.admission import Admission, Work
from shared.store.answers import KEY_REUSED, accepted, final, repeated
from shared.store.cache import Aggregates, Folded
from shared.store.checker import Findings, draft_of
from shared.store.circumstance import permitting_roles, role_fault, roles_of, stale_fault, state_fault, time_faults
from shared.store.gather import Evidence, Gathered, gather, joined
from shared.store.opening_keys import OpeningKeys
from shared.store.order import Actor, AlreadyTrue, Fault, Order, Refused, merge
from shared.store.past import TextsOpener, past_of
from shared.store.port import Conflict, Draft, EventStore, OutcomeUnknown, StoreUnavailable
from shared.store.problem import problem
from shared.store.request import CIRCUMSTANCES, Answer, Circumstances, Request, circumstances_of, happened_at

ATTEMPTS = 3


class Sealed(Struct, frozen=True):
    """An event's fields and the reason for being late as they are stored."""

    fields: dict[str, Any]
    late_reason: str | None


class Sealer(TextsOpener, Protocol):
    """Seals what an event says of customers' persons before it is stored, and opens it where a rule must compare."""

    async def seal_for(self, subject: str, event: Any, state: Any, late_reason: str | None) -> Sealed:
        """The event as it may be stored in this aggregate."""
        ...


class Busy(Exception):
    """Three tries gave no certain outcome; the caller repeats the command with the same id."""


class Decision(Struct, frozen=True):
    """What is to be stored: the event, its order, and what was seen when it was decided."""

    event: Any
    order: Order
    circumstances: Circumstances
    seen: dict[str, int]


class Verdict(Struct, frozen=True):
    """The outcome of deciding once, and the subjects that it rests on."""

    outcome: Decision | Refused | AlreadyTrue
    subjects: frozenset[str]


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
        self._evidence = evidence
        self._clock = clock
        self._keys = OpeningKeys(store)

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
                verdict = await self._decide(work, folded)
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

    async def _decide(self, work: Work, folded: Folded) -> Verdict:
        command, state = work.command, folded.state
        if command.number is not None and await self._keys.are_used(command.kind, work.request.command_id):
            return Verdict(Refused(KEY_REUSED), frozenset())
        draft, findings = draft_of(
            command.event, {name: value for name, value in work.body.items() if name not in CIRCUMSTANCES}
        )
        circumstances = circumstances_of(work.body, findings)
        wanted = [*findings.references, *command.consults(draft, state)]
        gathered = await gather(self._aggregates, self._evidence, wanted)
        if command.looks_back is not None:
            gathered = await self._look_back(work, folded, draft, gathered)
        try:
            orders = await self._orders(work, state, draft, circumstances, gathered)
            order = _permitted(work, state, orders, gathered)
            _judge(work, folded, order, circumstances, gathered, findings)
            event = command.rule(order, state, gathered.known)
            if fault := stale_fault(work.request.if_match, folded.head.version):
                raise Refused(fault)
        except (Refused, AlreadyTrue) as said:
            return Verdict(said, gathered.subjects)
        return Verdict(Decision(event, order, circumstances, gathered.seen), gathered.subjects)

    async def _look_back(self, work: Work, folded: Folded, draft: Any, gathered: Gathered) -> Gathered:
        """What was gathered, with the past of the aggregate and what is found only then."""
        command = work.command
        assert command.looks_back is not None
        events = await self._aggregates.events(work.subject, folded)
        past = await past_of(events, command.looks_back(draft), self._sealer)
        gathered = replace(gathered, known=replace(gathered.known, past=past))
        found = await gather(self._aggregates, self._evidence, command.finds(draft, gathered.known))
        return joined(gathered, found)

    async def _orders(
        self, work: Work, state: Any, draft: Any, circumstances: Circumstances, gathered: Gathered
    ) -> list[Order]:
        """The command in its context, once in each role that permits it. Raises: Refused when none does."""
        claims, rights = work.claims, frozenset(work.claims.rights)
        at = happened_at(circumstances, draft, work.command.happened, work.now)
        staff, roles = Staff(), frozenset({Role.SYSTEM})
        if not claims.system:
            staff = (await self._aggregates.get(subject_of("staff", claims.user))).state
            lender = circumstances.on_behalf_of or getattr(draft, "delegate_of", None)
            principal = gathered.known.get("staff", lender or "")
            roles = roles_of(staff, principal, claims.user, at)
        permitting = permitting_roles(work.command, roles, state, draft) or (
            (Role.SYSTEM,) if "import" in rights else ()
        )
        if not permitting:
            raise Refused(role_fault(work.command, state, draft))
        return [
            Order(
                work.command.name,
                work.subject.split(".", 2)[2],
                work.request.command_id,
                Actor(SYSTEM_USER if claims.system else claims.user, staff, role, roles, rights),
                draft,
                at,
                work.now,
                circumstances.on_behalf_of,
                circumstances.import_batch,
            )
            for role in permitting
        ]

    async def _append(self, work: Work, folded: Folded, decision: Decision) -> Answer:
        late_reason = decision.circumstances.late_reason
        with tracing.span("seal"):
            sealed = await self._sealer.seal_for(work.subject, decision.event, folded.state, late_reason)
        meta = self._meta(work, folded, decision, sealed)
        payload = encode(meta, sealed.fields)
        draft = Draft(work.subject, payload, meta.event_id, meta.type, meta.version, meta.command_id)
        with tracing.span("append", {"messaging.system": "nats", "messaging.destination.name": "EVENTS"}):
            sequence = await self._store.append(draft, folded.head.sequence)
        after = await self._aggregates.appended(Recorded(sequence, work.subject, payload))
        return accepted(201, work, after.answers[meta.command_id])

    def _meta(self, work: Work, folded: Folded, decision: Decision, sealed: Sealed) -> Meta:
        request, order, name = work.request, decision.order, work.command.event.__name__
        seen = dict(decision.seen)
        if not work.claims.system:
            seen[f"staff.{work.claims.user}"] = self._aggregates.position(subject_of("staff", work.claims.user))
        return Meta(
            version=folded.head.version + 1,
            type=name,
            schema=schema_of(name),
            event_id=event_id(work.subject, request.command_id),
            command_id=request.command_id,
            command_hash=work.hash,
            correlation_id=request.correlation_id or request.command_id,
            causation_id=request.causation_id,
            actor=order.actor.user,
            actor_role=order.actor.role,
            on_behalf_of=order.on_behalf_of,
            occurred_at=order.at,
            recorded_at=work.now,
            cycle=_cycle(folded.state, name, decision.event),
            source_device=decision.circumstances.source_device,
            late_reason=sealed.late_reason,
            import_batch=order.import_batch,
            origin=_origin(order),
            seen=seen,
            traceparent=request.traceparent,
            prev=folded.head.hash,
        )


def _cycle(state: Any, event_type: str, event: Any) -> int:
    """The cycle of a case that an event belongs to."""
    if not isinstance(state, Case):
        return 1
    row = transition(event_type, state.state, event)
    return state.cycle + 1 if row is not None and row.begins_cycle else state.cycle


def _permitted(work: Work, state: Any, orders: list[Order], gathered: Gathered) -> Order:
    """The command in the first role that may send it with these fields. Raises: Refused, told of the first role."""
    told: list[tuple[Fault, ...]] = []
    for order in orders:
        told.append(merge(work.command.may(order, state, gathered.known)))
        if not told[-1]:
            return order
    raise Refused(*told[0])


def _judge(
    work: Work,
    folded: Folded,
    order: Order,
    circumstances: Circumstances,
    gathered: Gathered,
    findings: Findings,
) -> None:
    """All failing fields at once, then the state. Raises: Refused."""
    faults = list(findings.faults)
    if order.import_batch is not None and "import" not in order.actor.rights:
        faults.append(Fault("V-FMT", "unknown_field", "import_batch"))
    told = merge(
        faults,
        gathered.faults,
        time_faults(order, circumstances.late_reason, gathered.known),
        work.command.check(order, folded.state, gathered.known),
    )
    if told:
        raise Refused(*told)
    if fault := state_fault(work.command, folded.state, order.draft):
        raise Refused(fault)


def _origin(order: Order) -> Origin:
    if order.import_batch is not None:
        return "import"
    return "sample" if "sample" in order.actor.rights else "live"
