"""A log as years of service leave it: cases of 20 events, some hundred of them under way at any time.

Fields are those of sample bodies; texts are sealed with keys of the deployment, sealed once and used again.
"""

import heapq
import random
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from services.command_line.ground import ground, opened_log
from services.command_line.seeding import plant, rules, sample
from shared.events.case.followup import SlaBreached
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived, InfoSupplemented
from shared.events.case.triage import Classified
from shared.events.envelope import Meta, chain_hash, encode, event_id, subject_of
from shared.people.people import People
from shared.store.identifiers import id_of_command
from shared.store.port import Draft, EventStore
from tests.bench.workshop import Workshop, child
from tests.support import samples

EVENTS_OF_A_CASE = 20
PERSONS = 2_000
BATCH = 1_000
_SUPPLIES = (
    ("customer_name", "宁波海天塑料制品有限公司"),
    ("mould_model", "HT-90"),
    ("mould_spec", "4 腔 P20"),
    ("order_no", "SO-2024-554"),
    ("production_status", "LINE_DOWN"),
)


class Template(Struct, frozen=True):
    """The stored fields of a case's first four events for one person, and of what is supplied later."""

    person: str
    first: tuple[dict[str, Any], ...]
    supplies: tuple[dict[str, Any], ...]


async def templates(people: People) -> list[Template]:
    """Sealed fields for each person. Raises: ConnectionError."""
    made: list[Template] = []
    for number in range(PERSONS):
        phone = f"+86 138 {number:08d}"
        person = people.person_id(phone, None)
        assert person is not None
        bodies = (
            (FeedbackReceived, samples.report(contact_phone=phone)),
            (CaseAcknowledged, samples.acknowledgement()),
            (Classified, samples.classification()),
            (SlaBreached, {"clock": "FIRST_RESPONSE", "due_at": samples.at(8), "policy_version": 1}),
        )
        first = [await people.seal_event(msgspec.convert(body, kind), person) for kind, body in bodies]
        first[0] |= {"contact_id": person, "policy_version": 1, "vocabulary_version": 1}
        supplies = [
            await people.seal_event(
                msgspec.convert({"fields": {name: value}, "source": "客户来电补充"}, InfoSupplemented), person
            )
            for name, value in _SUPPLIES
        ]
        made.append(Template(person, tuple(first), tuple(supplies)))
    return made


class Case:
    """One case on its way: the next event's draft in turn."""

    def __init__(self, number: int, template: Template, chance: random.Random, begun: datetime) -> None:
        self.due = begun
        self.version = 0
        self.position = 0
        self.subject = subject_of("case", id_of_command(str(UUID(int=number << 64))))
        self._number = number
        self._template = template
        self._chance = chance
        self._hash = ""

    def next_draft(self) -> Draft:
        """The event that happens at `due`, and `due` moved on."""
        command_id = str(UUID(int=self._number << 64 | self.version))
        kind, fields = self._fields()
        meta = Meta(
            version=self.version + 1,
            type=kind,
            event_id=event_id(self.subject, command_id),
            command_id=command_id,
            command_hash=f"{self._number:064x}",
            correlation_id=command_id,
            actor="specialist",
            actor_role="SPECIALIST",
            occurred_at=self.due,
            recorded_at=self.due,
            seen={"staff.specialist": 5, "policy.standard": 2, "policy.fault-code": 3},
            prev=self._hash,
        )
        payload = encode(meta, fields)
        self._hash = chain_hash(self._hash, payload)
        self.version += 1
        self.due += timedelta(minutes=self._chance.expovariate(1 / 600))
        return Draft(self.subject, payload, meta.event_id, kind, meta.version, command_id)

    def _fields(self) -> tuple[str, dict[str, Any]]:
        names = ("FeedbackReceived", "CaseAcknowledged", "Classified", "SlaBreached")
        if self.version == 0:
            times = {"received_at": self.due - timedelta(minutes=5), "fault_at": self.due - timedelta(hours=3)}
            return names[0], self._template.first[0] | times | {"mould_no": f"M-2024-{self._number % 3000:04d}"}
        if self.version == 1:
            times = {"ack_at": self.due, "next_contact_at": self.due + timedelta(hours=4)}
            return names[1], self._template.first[1] | times
        if self.version == 2 or (self.version == 3 and self._number % 10 == 0):
            return names[self.version], self._template.first[self.version]
        return "InfoSupplemented", self._template.supplies[self.version % len(_SUPPLIES)]


def history(cases: int, known: Sequence[Template], pace: float = 20.0) -> Iterator[tuple[Case, Draft]]:
    """All events in the order in which they happen; a case begins every `pace` minutes."""
    chance = random.Random(1)
    begun = datetime.now(UTC) - timedelta(minutes=pace * cases + 60 * 24 * 20)
    waiting: list[tuple[datetime, int, Case]] = []
    number = 0
    while number < cases or waiting:
        while number < cases and (not waiting or begun <= waiting[0][0]):
            number += 1
            case = Case(number, known[number % len(known)], chance, begun)
            heapq.heappush(waiting, (case.due, number, case))
            begun += timedelta(minutes=pace)
        case = waiting[0][2]
        yield case, case.next_draft()
        if case.version < EVENTS_OF_A_CASE:
            heapq.heapreplace(waiting, (case.due, waiting[0][1], case))
        else:
            heapq.heappop(waiting)


async def fill(store: EventStore, cases: int, people: People) -> AsyncIterator[int]:
    """Write the history in atomic batches, the position after each. Raises: Conflict, OutcomeUnknown."""
    batch: list[tuple[Case, Draft, int]] = []
    touched: set[str] = set()
    for case, draft in history(cases, await templates(people)):
        expected = 0 if case.subject in touched else case.position
        touched.add(case.subject)
        batch.append((case, draft, expected))
        if len(batch) == BATCH:
            yield await _store(store, batch)
            batch, touched = [], set()
    if batch:
        yield await _store(store, batch)


async def _store(store: EventStore, batch: list[tuple[Case, Draft, int]]) -> int:
    last = await store.append_batch([draft for _, draft, _ in batch], [expected for *_, expected in batch])
    for position, (case, *_) in enumerate(batch, last - len(batch) + 1):
        case.position = position
    return last


async def filled(shop: Workshop, cases: int) -> None:
    """The first rules and users, then the history, in a log that holds nothing yet."""
    async with (
        child(["-m", "tests.bench.serving", str(shop.settings.data)], shop.environment()),
        ground(shop.settings, "service") as here,
        opened_log(here) as store,
    ):
        if await store.last() >= cases * EVENTS_OF_A_CASE:
            return
        await plant(here, store, rules())
        await plant(here, store, sample(), is_sample=True)
        began = perf_counter()
        async for last in fill(store, cases, here.people):
            if last % 100_000 < BATCH:
                print(f"{last} events after {perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
