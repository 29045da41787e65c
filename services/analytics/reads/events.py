"""The log as it was copied: all events behind a position, or those of one aggregate."""

from collections.abc import Sequence

from msgspec import Raw, Struct

from shared.projections.statements import Connection

_EVENTS = """
select sequence, subject, payload, hash from read.log
where sequence > %(after)s and sequence <= coalesce(%(until)s, sequence)
    and (%(aggregate)s::text is null or aggregate_id = %(aggregate)s)
    and (%(types)s::text[] is null or event_type = any(%(types)s))
order by sequence limit %(limit)s"""


class LoggedEvent(Struct, frozen=True):
    """One event: position, subject, hash and the payload as it stands in the log."""

    sequence: int
    subject: str
    hash: str
    payload: Raw


async def events(
    connection: Connection,
    after: int = 0,
    aggregate: str | None = None,
    types: Sequence[str] | None = None,
    until: int | None = None,
    limit: int = 100,
) -> list[LoggedEvent]:
    """Events in order; `aggregate` as `case.<id>`."""
    values = {
        "after": after,
        "until": until,
        "aggregate": aggregate,
        "types": list(types) if types is not None else None,
        "limit": limit,
    }
    rows = await (await connection.execute(_EVENTS, values)).fetchall()
    return [LoggedEvent(sequence, subject, hash, Raw(payload)) for sequence, subject, payload, hash in rows]
