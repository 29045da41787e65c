"""The events of one case as programs and pages show them: the envelope, and the fields opened for those who may see."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.console.parts import Connection
from services.console.reading import Reading
from services.console.sessions import Visitor
from shared.case.effective import CORRECTED, Told
from shared.case.trail import Correction, Read, Voiding, trail_of
from shared.events.envelope import Meta
from shared.events.vocabulary import Role

_LONGEST = 10_000


class CaseEvent(Struct, frozen=True):
    """One event of a case as it counts, or of another record.

    None stands in `data` where a person was erased; texts stay sealed for who may not see them. `corrections` and
    `voided` are the trail: what stood there before, who changed it and why.
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
    """The events of a case in order, as they count at position `until`; at the newest if none is given.

    A department reads what was sent to it, others the texts of the cases they may.
    """
    logged = await reading.read("events")(connection, aggregate=f"case.{case_id}", until=until, limit=_LONGEST)
    stored = [_payload.decode(one.payload) for one in logged]
    opened: dict[int, dict[str, Any]] = {}
    is_open = await reading.opens_texts(connection, visitor, case_id)
    if is_open or visitor.has(Role.DEPT):
        opened = {one.version: one.fields for one in await reading.read("opened_events")(connection, case_id)}
    readable = {one.meta.version for one in stored} if is_open else _sent_to(visitor, stored)
    history = [
        Told(one.meta, opened.get(one.meta.version, one.data) if one.meta.version in readable else one.data)
        for one in stored
    ]
    return [_shown(one.sequence, read) for one, read in zip(logged, trail_of(history), strict=True)]


async def record_events(reading: Reading, connection: Connection, kind: str, name: str) -> list[CaseEvent]:
    """The events of a record that is no case, in order, opened for whoever may see the record."""
    logged = await reading.read("events")(connection, aggregate=f"{kind}.{name}", limit=_LONGEST)
    opened = await reading.read("opened_record")(connection, f"{kind}.{name}")
    stored = [(one.sequence, _payload.decode(one.payload)) for one in logged]
    history = [(at, Told(one.meta, opened.get(one.meta.version, one.data))) for at, one in stored]
    return [_shown(at, Read(told, [], None)) for at, told in history]


def _sent_to(visitor: Visitor, stored: Iterable[_Payload]) -> set[int]:
    """The versions of messages to the visitor's department, of questions to it, and of what corrects these."""
    versions, sent = set[int](), set[str]()
    for one in stored:
        if _is_sent_to(visitor, one) or (one.meta.type == CORRECTED and one.data["target_event_id"] in sent):
            versions.add(one.meta.version)
            sent.add(one.meta.event_id)
    return versions


def _is_sent_to(visitor: Visitor, stored: _Payload) -> bool:
    """Whether an event is a message to the visitor's department, or a question."""
    match stored.meta.type:
        case "DepartmentFeedbackSent":
            return bool(stored.data["to_department"] == visitor.dept)
        case "ConsultationRequested":
            return visitor.dept in stored.data["departments"]
    return False


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
