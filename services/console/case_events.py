"""The events of one case as programs and pages show them: the envelope, and the fields opened for those who may see."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.console.parts import Connection
from services.console.reading import Reading
from services.console.sessions import Visitor
from shared.events.envelope import Meta
from shared.events.vocabulary import Role

_LONGEST = 10_000


class CaseEvent(Struct, frozen=True):
    """One event of a case or of another record.

    None stands in `data` where a person was erased; texts stay sealed for who may not see them.
    """

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
    """The events of a case in order; a department reads what was sent to it, others the texts of the cases they may."""
    logged = await reading.read("events")(connection, aggregate=f"case.{case_id}", limit=_LONGEST)
    opened: dict[int, dict[str, Any]] = {}
    is_open = await reading.opens_texts(connection, visitor, case_id)
    if is_open or visitor.has(Role.DEPT):
        found = await reading.read("opened_events")(connection, case_id)
        opened = {one.version: one.fields for one in found if is_open or _is_sent_to(visitor, one.type, one.fields)}
    return [_shown(one.sequence, _payload.decode(one.payload), opened) for one in logged]


async def record_events(reading: Reading, connection: Connection, kind: str, name: str) -> list[CaseEvent]:
    """The events of a record that is no case, in order, opened for whoever may see the record."""
    logged = await reading.read("events")(connection, aggregate=f"{kind}.{name}", limit=_LONGEST)
    opened = await reading.read("opened_record")(connection, f"{kind}.{name}")
    return [_shown(one.sequence, _payload.decode(one.payload), opened) for one in logged]


def _is_sent_to(visitor: Visitor, type: str, fields: dict[str, Any]) -> bool:
    """Whether an event is a message to the visitor's department, or a question."""
    match type:
        case "DepartmentFeedbackSent":
            return bool(fields["to_department"] == visitor.dept)
        case "ConsultationRequested":
            return visitor.dept in fields["departments"]
    return False


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
