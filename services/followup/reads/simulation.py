"""The clocks of a period's cases as they were and as a draft would have had them. Reads, and can do nothing else."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from services.followup.projections.clock_inputs import inputs_from
from services.followup.what_if.outcome import outcomes
from services.followup.what_if.question import SimulationQuestion
from services.followup.what_if.tally import Comparison, Tally
from shared.clocks.calendar import NeverOpen
from shared.projections.statements import Connection
from shared.store.order import Fault, Refused

_ONE_SIGHT = "set transaction isolation level repeatable read, read only"
"""One state of all tables from the first row to the last; PostgreSQL itself lets nothing be written."""
_MEANT = "received_at >= %(start)s and received_at < %(end)s"
_COUNT = f"select count(*) from read.clock_inputs where {_MEANT}"
_CASES = f"""
select aggregate_id, customer_id, inputs from read.clock_inputs where {_MEANT} order by received_at, aggregate_id"""
_NAMES = "select aggregate_id, customer_name from read.customers where aggregate_id = any(%(customers)s)"
PORTION = 500
"""Cases that are fetched at once."""


class Simulated(Struct, frozen=True):
    """What was and what would have been of so many cases, at the instant `at`."""

    start: datetime
    end: datetime
    at: datetime
    cases: int
    total: Comparison
    by_clock: list[Comparison]
    by_customer: list[Comparison]


def nobody_told(done: int) -> None:
    """Takes how far it is and tells nobody."""


async def cases_meant(connection: Connection, question: SimulationQuestion) -> int:
    """How many cases a simulation goes through."""
    row = await (await connection.execute(_COUNT.encode(), _meant(question))).fetchone()
    return int(row[0]) if row is not None else 0


async def simulate(
    connection: Connection, question: SimulationQuestion, told: Callable[[int], None] = nobody_told
) -> Simulated:
    """Both sides of every clock, counted; `told` hears how many cases are done.

    Raises: Refused for targets that end beyond all the years that the calendar is searched.
    """
    tally = Tally(question.most)
    async with connection.transaction():
        await connection.execute(_ONE_SIGHT)
        try:
            await _count(connection, question, tally, told)
        except NeverOpen:
            raise Refused(Fault("V-RANGE", "never_due", "content.targets")) from None
        customers = list(tally.by_customer())
        names = await _names(connection, [one.customer_id for one in customers if one.customer_id])
    named = [replace(one, customer_name=names.get(one.customer_id or "")) for one in customers]
    return Simulated(
        question.start, question.end, question.at, tally.cases, tally.total(), list(tally.by_clock()), named
    )


async def _count(
    connection: Connection, question: SimulationQuestion, tally: Tally, told: Callable[[int], None]
) -> None:
    draft = question.draft
    async with connection.cursor("what_if", binary=True) as cursor:
        await cursor.execute(_CASES.encode(), _meant(question))
        while rows := await cursor.fetchmany(PORTION):
            for case_id, customer_id, inputs in rows:
                tally.add(case_id, customer_id, outcomes(inputs_from(inputs), draft, question.at))
            told(tally.cases)


def _meant(question: SimulationQuestion) -> dict[str, datetime]:
    return {"start": question.start, "end": question.end}


async def _names(connection: Connection, customers: list[str]) -> dict[str, Any]:
    rows = await (await connection.execute(_NAMES, {"customers": customers})).fetchall()
    return dict(rows)
