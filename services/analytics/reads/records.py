"""What records that are no cases say in words: the opened fields of their events, by version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from shared.projections.register import of_improvements
from shared.projections.scope import Scope
from shared.projections.statements import Connection

_OPENED = "select version, fields from read.record_text where aggregate_id = %(aggregate)s order by version"
_FINDINGS = """select aggregate_id, fields from read.record_text
where version = 1 and aggregate_id = any(%(aggregates)s)"""
_RAISED = """select r.aggregate_id, r.department, r.owner, r.level, r.told, r.told_levels, r.close_by, r.is_overdue
from read.improvements as r where {told} and {within}
order by r.level desc, r.close_by, r.aggregate_id limit %(limit)s"""


class RaisedImprovement(Struct, frozen=True):
    """An improvement that was raised and waits for somebody who was told."""

    improvement_id: str
    department: str
    owner: str | None
    level: int
    told: list[str]
    told_levels: list[int]
    close_by: datetime
    is_overdue: bool
    finding: str = ""


async def raised_improvements(
    connection: Connection, scope: Scope, told: Sequence[str] | None, limit: int = 500
) -> list[RaisedImprovement]:
    """Those of the scope that wait, the highest level first; `told`: only what was told to one of these names."""
    condition = "r.told <> '{}'" if told is None else "r.told && %(told)s::text[]"
    values: dict[str, object] = {"told": list(told or ()), "limit": limit, **scope.values()}
    text = _RAISED.format(told=condition, within=of_improvements(scope))
    found = [RaisedImprovement(*row) for row in await (await connection.execute(text.encode(), values)).fetchall()]
    about = await findings(connection, [one.improvement_id for one in found])
    return [replace(one, finding=about.get(one.improvement_id, "")) for one in found]


async def opened_record(connection: Connection, aggregate: str) -> dict[int, dict[str, Any]]:
    """The opened fields of each event; `aggregate` as `improvement.<id>`."""
    rows = await (await connection.execute(_OPENED, {"aggregate": aggregate})).fetchall()
    return {version: msgspec.json.decode(fields) for version, fields in rows}


async def findings(connection: Connection, improvements: list[str]) -> dict[str, str]:
    """What each of these improvements is about, by id."""
    aggregates = [f"improvement.{one}" for one in improvements]
    rows = await (await connection.execute(_FINDINGS, {"aggregates": aggregates})).fetchall()
    return {aggregate.partition(".")[2]: msgspec.json.decode(fields)["finding"] or "" for aggregate, fields in rows}
