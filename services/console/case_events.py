"""The events of one case as programs and pages show them: the envelope, and the fields opened for those who may see."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.console.parts import Connection
from services.console.reading import Reading, reads_texts
from services.console.sessions import Visitor
from shared.events.envelope import Meta

_LONGEST = 10_000


class CaseEvent(Struct, frozen=True):
    """One event. None stands in `data` where a person was erased; texts stay sealed for who may not see them."""

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


class _Payload(Struct):
    meta: Meta
    data: dict[str, Any]


_payload = msgspec.json.Decoder(_Payload)


async def case_events(reading: Reading, connection: Connection, visitor: Visitor, case_id: str) -> list[CaseEvent]:
    """The events of a case in order."""
    logged = await reading.read("events")(connection, aggregate=f"case.{case_id}", limit=_LONGEST)
    opened: dict[int, dict[str, Any]] = {}
    if reads_texts(visitor):
        opened = {one.version: one.fields for one in await reading.read("opened_events")(connection, case_id)}
    return [_shown(one.sequence, _payload.decode(one.payload), opened) for one in logged]


def _shown(sequence: int, payload: _Payload, opened: dict[int, dict[str, Any]]) -> CaseEvent:
    meta = payload.meta
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
        opened.get(meta.version, payload.data),
    )
