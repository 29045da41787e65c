"""Gathers what the warranty of a case's mould is judged from, and shows the advice as the API answers it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from services.console.case_events import CaseEvent, case_events, counting
from services.console.parts import Connection
from services.console.reading import SCOPES, Reading
from services.console.scopes import cases_of
from services.console.sessions import Visitor
from services.intake.stage import CaseQuestion
from shared.clocks.clock import COMPANY_ZONE
from shared.events.catalogue import decode
from shared.events.envelope import Recorded
from shared.masters.mould import Mould, ShotCount, fold
from shared.rules.warranty import Advice, Replacement, advise

MODELS = ("case_history", "case_text", "moulds", *SCOPES)
"""The read models that the advice is made from."""
_LONGEST = 10_000
_CASES = 50
"""So many of the mould's newest cases are looked through for replaced parts."""


async def advice_for(
    reading: Reading, connection: Connection, visitor: Visitor, case: Any, events: Sequence[CaseEvent]
) -> Advice:
    """What is advised for a case on the day of its fault, else of its report; `events` are those of the case."""
    counted = counting(events)
    mould = await _mould(reading, connection, case.mould_id) if case.mould_id is not None else Mould()
    replaced = [one async for one in _replaced(reading, connection, visitor, case)]
    count = _newest(mould.count, _own_counts(counted))
    return advise(_day(case, counted), mould.terms, mould.registered, count, replaced)


async def _mould(reading: Reading, connection: Connection, mould_id: str) -> Mould:
    """The mould as its log tells it."""
    mould = Mould()
    for one in await reading.read("events")(connection, aggregate=f"mould.{mould_id}", limit=_LONGEST):
        recorded = Recorded(one.sequence, one.subject, bytes(one.payload))
        mould = fold(mould, decode(recorded), recorded.meta)
    return mould


def _day(case: Any, events: Sequence[CaseEvent]) -> date:
    said = events[0].data.get("fault_at") if events else None
    instant = datetime.fromisoformat(said) if isinstance(said, str) else case.received_at
    return instant.astimezone(COMPANY_ZONE).date()


def _own_counts(events: Sequence[CaseEvent]) -> Iterator[ShotCount]:
    """What the customer said when he reported, which is no reading, and what was read on site."""
    for event in events:
        match event.type:
            case "FeedbackReceived" if (shots := event.data.get("shots_at_fault")) is not None:
                yield ShotCount(shots, event.occurred_at, is_estimated=True)
            case "OnsiteProblemConfirmed" if (shots := event.data.get("shots")) is not None:
                yield ShotCount(shots, event.occurred_at, is_estimated=False)


def _newest(known: ShotCount | None, own: Iterator[ShotCount]) -> ShotCount | None:
    return max((one for one in (known, *own) if one is not None), key=lambda one: one.read_at, default=None)


async def _replaced(
    reading: Reading, connection: Connection, visitor: Visitor, case: Any
) -> AsyncIterator[Replacement]:
    """The parts that were replaced in cases of the same mould."""
    if case.mould_no is None:
        return
    question = CaseQuestion(now=reading.now(), view="all", q=case.mould_no, limit=_CASES, scope=cases_of(visitor))
    for one in (await reading.read("cases")(connection, question)).items:
        if one.mould_no == case.mould_no:
            for event in counting(await case_events(reading, connection, visitor, one.case_id)):
                for part in event.data.get("parts", ()) if event.type == "WorkPerformed" else ():
                    day = event.occurred_at.astimezone(COMPANY_ZONE).date()
                    yield Replacement(part["part_no"], part["name"], day, one.case_id)


def shown_advice(advice: Advice) -> dict[str, Any]:
    """The advice with its reasons in both languages."""
    told: dict[str, Any] = msgspec.to_builtins(advice, builtin_types=(datetime, date))
    told["reasons"] = [{"code": one.key, "message": one.sentence.both} for one in advice.reasons]
    return told
