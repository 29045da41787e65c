"""Years of a firm's cases in the order in which their events were recorded, made of lived ones.

Every week is the same week over again: which template's event comes next in it is known once for all. So nothing is
sorted or held but the cases that are under way.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from time import perf_counter

from services.command_line.ground import Ground
from shared.events.envelope import Recorded
from shared.store.port import Draft, EventStore
from tests.bench.firm.living import MONDAY, SPAN, Lived, live
from tests.bench.firm.moving import WEEK, Moved, Template, template_of

BATCH = 1_000
SPAN_WEEKS = SPAN // WEEK
TEMPLATES = 1_000
FIRM = 400

Turn = tuple[timedelta, int, int, int]
"""When in the week, how many weeks after the case began, which template, which of its events."""


def templates(lived: Lived) -> list[Template]:
    """A form of each lived case."""
    registered = {one.subject: one.sequence for one in lived.masters}
    return [template_of(events, product, MONDAY, registered) for events, product in lived.cases]


def turns_of_a_week(known: Sequence[Template]) -> list[Turn]:
    """Every event of every template by its time of the week; of a case in its own order."""
    found = [
        (form.at % WEEK, form.at // WEEK, number, place)
        for number, template in enumerate(known)
        for place, form in enumerate(template.forms)
    ]
    return sorted(found, key=lambda turn: (turn[0], turn[2], turn[3]))


def begun(known: Sequence[Template], cases: int, weeks: int, first: int) -> Iterator[list[int]]:
    """For each week the templates of which a case begins in it, so many in all, evenly."""
    chance = Random(1)
    for week in range(weeks):
        wanted = cases * (week + 1) // weeks - cases * week // weeks
        able = [number for number, template in enumerate(known) if template.fits(first + week)]
        yield sorted(chance.sample(able, min(wanted, len(able))))


def history(known: Sequence[Template], cases: int, now: datetime) -> Iterator[tuple[Moved, Draft]]:
    """All events up to now; cases begin until the week before this one, and what is under way now stays so."""
    weeks = max(SPAN_WEEKS, -(-cases // max(1, len(known) // 2)))
    first = (now - MONDAY) // WEEK - weeks
    running: dict[tuple[int, int], Moved] = {}
    number, turns = 0, turns_of_a_week(known)
    for week, beginning in enumerate([*begun(known, cases, weeks, first), []], first):
        for template in beginning:
            number += 1
            running[template, week] = Moved(number, known[template], week)
        for within, later, template, place in turns:
            case = running.get((template, week - later))
            if case is None:
                continue
            if MONDAY + week * WEEK + within > now:
                return
            yield case, case.draft(place)
            if place == len(known[template].forms) - 1:
                del running[template, week - later]


async def fill(
    store: EventStore, here: Ground, cases: int, now: datetime, *, lived: int = TEMPLATES, firm: int = FIRM
) -> AsyncIterator[int]:
    """Write masters and cases into an empty log in atomic batches, the position after each.

    Raises: Conflict, OutcomeUnknown, ConnectionError.
    """
    known, last = await live(here, lived, firm), 0
    async for last in _masters(store, known.masters):
        yield last
    writing, batch, at = asyncio.create_task(store.last()), Batch(), last
    for case, draft in history(templates(known), cases, now):
        at += 1
        batch.add(case, draft, at)
        if len(batch.drafts) == BATCH:
            # The next thousand is made while this one is written: positions are known, for nobody else writes.
            yield await writing
            writing, batch = asyncio.create_task(batch.store(store)), Batch()
    yield await writing
    if batch.drafts:
        yield await batch.store(store)


class Batch:
    """Up to a thousand drafts with the position of each one's predecessor; the store checks it."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self._expected: list[int] = []
        self._touched: set[str] = set()

    def add(self, case: Moved, draft: Draft, position: int) -> None:
        """One more, which will stand at this position."""
        self.drafts.append(draft)
        self._expected.append(0 if case.subject in self._touched else case.position)
        self._touched.add(case.subject)
        case.position = position

    async def store(self, store: EventStore) -> int:
        """Write them; the last position. Raises: Conflict, OutcomeUnknown."""
        return await store.append_batch(self.drafts, self._expected)


async def _masters(store: EventStore, masters: Sequence[Recorded]) -> AsyncIterator[int]:
    """The same events at the same positions, so that what cases saw of them is where they saw it."""
    for start in range(0, len(masters), BATCH):
        part = masters[start : start + BATCH]
        drafts = [
            Draft(one.subject, one.payload, one.meta.event_id, one.meta.type, one.meta.version, one.meta.command_id)
            for one in part
        ]
        yield await store.append_batch(drafts, [0] * len(part))


async def filled(here: Ground, store: EventStore, cases: int) -> tuple[int, float]:
    """A log that holds a firm's years, filled if it is empty; the events written now, and the seconds it took."""
    began, last = perf_counter(), 0
    if await store.last():
        return 0, 0.0
    async for last in fill(store, here, cases, here.clock.now()):
        if last % 100_000 < BATCH:
            sys.stderr.write(f"{last} events after {perf_counter() - began:.0f} s\n")
    return last, perf_counter() - began
