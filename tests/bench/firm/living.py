"""Lives cases through once: by ordinary commands, in memory, under a simulated clock, with everything that follows.

So each of their events is one that the rules of the product accepted.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from msgspec import Struct

from services.command_line import seeding
from services.command_line.ground import Ground
from services.command_line.sample_month.filling import Filling, Hearing, Straight
from services.command_line.sample_month.planning import Planned, told
from services.command_line.sample_month.reacting import Reactors
from services.command_line.sample_month.shelf import Shelf
from services.command_line.sample_month.tale import Setting, case_id_of
from services.command_line.sample_month.texts import Problem, problems
from services.command_line.sample_month.working_time import HERE
from services.command_line.stages import STAGES
from shared.events.envelope import Recorded, subject_of
from shared.files.mime import media_type
from shared.people.sealer import EventSealer
from shared.runtime.clock import SimulatedClock
from shared.runtime.stage import commands_of
from shared.store.admission import Admission
from shared.store.handle import CommandHandler
from shared.store.memory import MemoryStore
from tests.bench.firm.masters import Product, products, seeds
from tests.bench.firm.masters import customers as firm_of
from tests.bench.firm.ways import Way, ways
from tests.support.desk import NoEvidence

MONDAY = datetime(2025, 3, 3, tzinfo=HERE)
SPAN = timedelta(days=70)
"""Within it every case has come to its end, call-back after a month included."""
_SEEDED = MONDAY - timedelta(days=60)
_CHANNELS = ("HOTLINE",) * 5 + ("IM",) * 3 + ("EMAIL",) * 2
_URGENCIES = ("NORMAL",) * 6 + ("MINOR",) * 3 + ("URGENT",)
_TURNS = {"late_response": 0.06, "nothing_to_tell": 0.4, "no_reply": 0.2, "dissatisfied": 0.01}


class Lived(Struct, frozen=True):
    """What was lived: masters in order, and each case's events with the moulds that it may be about."""

    masters: list[Recorded]
    cases: list[tuple[list[Recorded], Product]]


def settings(firm: Sequence[dict[str, Any]], chosen: Sequence[Way]) -> list[tuple[Setting, Product]]:
    """What is given of each case: they come in over one week; few faults make most of them."""
    chance = Random("moldcare firm cases")
    found = []
    for number, way in enumerate(chosen, 1):
        place = chance.randrange(len(firm))
        product = chance.choice(products(firm[place], place))
        problem = _problem(chance, product[0], is_onsite=way.is_onsite)
        contact, production = firm[place]["contacts"][0], chance.choice(problem.production)
        setting = Setting(
            number=number,
            received_at=_received(number, len(chosen), chance),
            customer=firm[place],
            contact=contact,
            mould=product[number % len(product)],
            problem=problem,
            channel=chance.choice(_CHANNELS if "email" in contact else _CHANNELS[:8]),
            urgency=_urgency(chance, problem, production),
            production=production,
            is_onsite=way.is_onsite,
            technician="technician",
            turns=frozenset(turn for turn, odds in _TURNS.items() if chance.random() < odds),
            waits_after=way.waits_after,
        )
        found.append((setting, product))
    return found


def _problem(chance: Random, mould: dict[str, Any], *, is_onsite: bool) -> Problem:
    """By a Pareto over the faults that this mould can have and that are treated like this."""
    known = f"{mould['mould_name']} {mould['spec']}"
    able = [
        one
        for one in problems()
        if mould["kind"] in one.kinds
        and (not one.needs or any(word in known for word in one.needs))
        and one.route in ("either", "onsite" if is_onsite else "remote")
    ]
    ranked = sorted(able, key=lambda one: (-one.weight, one.code))
    return chance.choices(ranked, [1 / (rank + 1) ** 1.2 for rank in range(len(ranked))])[0]


def _urgency(chance: Random, problem: Problem, production: str) -> str:
    """Nothing is minor while a line stands or somebody may be hurt."""
    is_grave = production == "LINE_DOWN" or any("安全" in text for text in problem.reports)
    return chance.choice(("URGENT", "NORMAL", "NORMAL") if is_grave else _URGENCIES)


def _received(number: int, count: int, chance: Random) -> datetime:
    """Nine of ten from Monday to Friday, by day."""
    share = (number - 0.5) / count
    day = share / 0.9 * 5 if share < 0.9 else 5 + (share - 0.9) * 20
    begun = MONDAY + timedelta(days=int(day), hours=8.5)
    return (begun + timedelta(hours=(day % 1) * 9, seconds=chance.randrange(600))).replace(microsecond=0)


async def live(here: Ground, cases: int, firm_size: int) -> Lived:
    """Live so many cases through, texts sealed with the keys of the deployment. Raises: ConnectionError."""
    store, clock, evidence = MemoryStore(), SimulatedClock(_SEEDED), NoEvidence()
    hearing = Hearing(store)
    door = Straight(_handler(store, hearing, evidence, here, clock))
    firm = firm_of(firm_size)
    await seeding.plant(here, store, seeding.people(), door=door)
    await seeding.plant(here, store, seeding.rules(), door=door)
    await seeding.plant(here, store, seeds(firm), door=door)
    masters = [recorded async for batch in store.read(0) for recorded in batch]
    reactors = Reactors([policy for stage in STAGES for policy in stage.policies])
    for recorded in masters:
        reactors.see(recorded)
    chosen = ways(cases)
    given = settings(firm, chosen)
    plan = _plan(given, chosen)
    shelf = Declared(evidence)
    filling = Filling(door, hearing, reactors, shelf, clock=clock, signer=here.signer, opener=here.people, past=[])
    await filling.run(plan, MONDAY + SPAN, asyncio.Event(), lambda done, of: None)
    if filling.refused:
        raise RuntimeError(f"the rules refused {len(filling.refused)}: {filling.refused[:3]}")
    found = [(await store.load(subject_of("case", case_id_of(setting.number))), product) for setting, product in given]
    return Lived(masters, found)


class Declared(Shelf):
    """Papers that are said to be in the file store: a store for measuring needs no files."""

    def __init__(self, evidence: NoEvidence) -> None:
        self._evidence = evidence

    async def has(self, papers: Sequence[bytes]) -> None:
        """They are."""
        for content in papers:
            self._evidence.keep(f"sha256:{sha256(content).hexdigest()}", media_type(content), len(content))


def _plan(given: Sequence[tuple[Setting, Product]], chosen: Sequence[Way]) -> list[Planned]:
    found = [
        one for (setting, _), way in zip(given, chosen, strict=True) for one in told(setting, MONDAY + SPAN, way.script)
    ]
    return sorted(found, key=lambda one: (one.at, one.case))


def _handler(
    store: MemoryStore, hearing: Hearing, evidence: NoEvidence, here: Ground, clock: SimulatedClock
) -> CommandHandler:
    return CommandHandler(
        store,
        hearing,
        Admission(hearing, commands_of(STAGES), here.verifier, here.pepper),
        sealer=EventSealer(here.people, evidence),
        evidence=evidence,
        clock=clock,
    )
