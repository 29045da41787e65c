"""The repair history of a mould: its cases, the newest first (R-2.1.3-a)."""

from datetime import datetime

from msgspec import Struct

from shared.projections.scope import Scope, cases_within
from shared.projections.statements import Connection

_CASES = """
select c.aggregate_id, c.state, c.urgency, c.problem_type, c.fault_code, c.cycle, c.received_at, c.verified_at
from read.open_cases as c
where c.mould_id = %(mould_id)s and {within}
order by c.received_at desc, c.aggregate_id limit %(limit)s"""


class MouldCase(Struct, frozen=True):
    """A case of a mould."""

    case_id: str
    state: str
    urgency: str
    problem_type: str | None
    fault_code: str | None
    cycle: int
    received_at: datetime
    verified_at: datetime | None


async def cases_of_mould(connection: Connection, mould_id: str, scope: Scope, limit: int = 50) -> list[MouldCase]:
    """Cases linked to a mould that lie in the scope."""
    values = {"mould_id": mould_id, "limit": limit, **scope.values()}
    text = _CASES.format(within=cases_within(scope, "c.aggregate_id"))
    return [MouldCase(*row) for row in await (await connection.execute(text.encode(), values)).fetchall()]
