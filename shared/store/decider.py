"""Decides a command once: gathers what it rests on, finds the role that permits it, judges it, and asks its rule."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.events.envelope import subject_of
from shared.events.vocabulary import Role
from shared.masters.staff import SYSTEM_USER, Staff
from shared.store.admission import Work
from shared.store.answers import KEY_REUSED
from shared.store.cache import Aggregates, Folded
from shared.store.checker import draft_of
from shared.store.circumstance import permitting_roles, role_fault, roles_of, stale_fault, state_fault, time_faults
from shared.store.findings import Findings
from shared.store.gather import Evidence, Gathered, gather, joined
from shared.store.opening_keys import OpeningKeys
from shared.store.order import Actor, AlreadyTrue, Fault, Order, Refused, merge
from shared.store.past import TextsOpener, past_of
from shared.store.request import CIRCUMSTANCES, Circumstances, circumstances_of, happened_at


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


class Decider:
    """Asks the rules, on what this process knows of the aggregates that a command names."""

    def __init__(self, aggregates: Aggregates, keys: OpeningKeys, opener: TextsOpener, evidence: Evidence) -> None:
        self._aggregates = aggregates
        self._keys = keys
        self._opener = opener
        self._evidence = evidence

    async def decide(self, work: Work, folded: Folded) -> Verdict:
        """What the rules say of a command to an aggregate as it is held in memory."""
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
        past = await past_of(events, command.looks_back(draft), self._opener)
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
