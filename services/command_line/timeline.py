"""What happened in a case, without its texts: position, version, type, when and by whom."""

from datetime import datetime

import msgspec
from msgspec import Struct

from services.command_line.stages import read
from shared.events.envelope import Meta
from shared.projections.statements import Connection

_LONGEST = 100_000


class Happened(Struct, frozen=True):
    """One event of a case."""

    sequence: int
    version: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str


class _Payload(Struct):
    meta: Meta


async def timeline(connection: Connection, case_id: str, until: int | None = None) -> list[Happened]:
    """The events of a case up to a position, in order."""
    found = await read("events")(connection, aggregate=f"case.{case_id}", until=until, limit=_LONGEST)
    return [_happened(one.sequence, msgspec.json.decode(one.payload, type=_Payload).meta) for one in found]


def _happened(sequence: int, meta: Meta) -> Happened:
    return Happened(sequence, meta.version, meta.type, meta.occurred_at, meta.recorded_at, meta.actor)
