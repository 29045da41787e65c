"""What happened in a case, without its texts: position, version, type, when and by whom, and what was corrected."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.command_line.stages import read
from shared.case.effective import Told
from shared.case.trail import Correction, Read, Voiding, trail_of
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
    event_id: str = ""
    corrections: Sequence[Correction] = ()
    voided: Voiding | None = None


class _Payload(Struct):
    meta: Meta
    data: dict[str, Any]


async def timeline(connection: Connection, case_id: str, until: int | None = None) -> list[Happened]:
    """The events of a case up to a position, in order."""
    found = await read("events")(connection, aggregate=f"case.{case_id}", until=until, limit=_LONGEST)
    stored = [msgspec.json.decode(one.payload, type=_Payload) for one in found]
    trail = trail_of(Told(one.meta, one.data) for one in stored)
    return [_happened(one.sequence, read) for one, read in zip(found, trail, strict=True)]


def _happened(sequence: int, read: Read) -> Happened:
    meta = read.told.meta
    told = (meta.version, meta.type, meta.occurred_at, meta.recorded_at, meta.actor, meta.event_id)
    return Happened(sequence, *told, read.corrections, read.voided)
