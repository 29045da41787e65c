"""What records that are no cases say in words: the opened fields of their events, by version."""

from typing import Any

import msgspec

from shared.projections.statements import Connection

_OPENED = "select version, fields from read.record_text where aggregate_id = %(aggregate)s order by version"
_FINDINGS = """select aggregate_id, fields from read.record_text
where version = 1 and aggregate_id = any(%(aggregates)s)"""


async def opened_record(connection: Connection, aggregate: str) -> dict[int, dict[str, Any]]:
    """The opened fields of each event; `aggregate` as `improvement.<id>`."""
    rows = await (await connection.execute(_OPENED, {"aggregate": aggregate})).fetchall()
    return {version: msgspec.json.decode(fields) for version, fields in rows}


async def findings(connection: Connection, improvements: list[str]) -> dict[str, str]:
    """What each of these improvements is about, by id."""
    aggregates = [f"improvement.{one}" for one in improvements]
    rows = await (await connection.execute(_FINDINGS, {"aggregates": aggregates})).fetchall()
    return {aggregate.partition(".")[2]: msgspec.json.decode(fields)["finding"] or "" for aggregate, fields in rows}
