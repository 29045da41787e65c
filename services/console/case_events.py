"""The events of one case as programs and pages show them: the envelope, and the fields opened for those who may see."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.console.parts import Connection
from services.console.reading import Reading, reads_texts
from services.console.sessions import Visitor
from shared.case.effective import Told
from shared.case.trail import Correction, Read, Voiding, trail_of
from shared.events.envelope import Meta

_LONGEST = 10_000


class CaseEvent(Struct, frozen=True):
    """One event as it counts. None stands in `data` where a person was erased; texts stay sealed for who may not see
    them. `corrections` and `voided` are the trail: what stood there before, who changed it and why."""

    sequence: int
    version: int
    event_id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    actor_role: str
    on_behalf_of: str | None
    cycle: int
    late_reason: str | None
    data: dict[str, Any]
    corrections: Sequence[Correction] = ()
    voided: Voiding | None = None


class _Payload(Struct):
    meta: Meta
    data: dict[str, Any]


_payload = msgspec.json.Decoder(_Payload)


def counting(events: Iterable[CaseEvent]) -> list[CaseEvent]:
    """Those that were not voided."""
    return [one for one in events if one.voided is None]


async def case_events(
    reading: Reading, connection: Connection, visitor: Visitor, case_id: str, until: int | None = None
) -> list[CaseEvent]:
    """The events of a case in order, as they count at position `until`; at the newest if none is given."""
    logged = await reading.read("events")(connection, aggregate=f"case.{case_id}", until=until, limit=_LONGEST)
    opened: dict[int, dict[str, Any]] = {}
    if reads_texts(visitor):
        opened = {one.version: one.fields for one in await reading.read("opened_events")(connection, case_id)}
    stored = [_payload.decode(one.payload) for one in logged]
    history = [Told(one.meta, opened.get(one.meta.version, one.data)) for one in stored]
    return [_shown(one.sequence, read) for one, read in zip(logged, trail_of(history), strict=True)]


def _shown(sequence: int, read: Read) -> CaseEvent:
    meta = read.told.meta
    return CaseEvent(
        sequence,
        meta.version,
        meta.event_id,
        meta.type,
        meta.occurred_at,
        meta.recorded_at,
        meta.actor,
        meta.actor_role,
        meta.on_behalf_of,
        meta.cycle,
        meta.late_reason,
        read.told.fields,
        read.corrections,
        read.voided,
    )
