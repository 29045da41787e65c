"""How intake's facts change a case."""

from typing import assert_never

from msgspec.structs import astuple, replace

from shared.case.state import IntakeFacts
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived, InfoSupplemented, SuppliedFields
from shared.events.catalogue import IntakeEvent
from shared.events.envelope import Meta


def fold(facts: IntakeFacts, event: IntakeEvent, meta: Meta) -> IntakeFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case FeedbackReceived():
            return IntakeFacts(event, meta.actor, meta.recorded_at, meta.origin)
        case InfoSupplemented():
            return _supplied(facts, event)
        case CaseAcknowledged():
            return replace(facts, acknowledged_at=event.ack_at, acknowledged_by=meta.actor)
        case _:
            assert_never(event)


def supplied(fields: SuppliedFields) -> dict[str, object]:
    """The fields that were given, by name."""
    given = zip(SuppliedFields.__struct_fields__, astuple(fields), strict=True)
    return {name: value for name, value in given if value is not None}


def _supplied(facts: IntakeFacts, event: InfoSupplemented) -> IntakeFacts:
    if facts.report is None:
        return facts
    changes = supplied(event.fields)
    for name in ("customer_id", "mould_id"):
        if (value := getattr(event, name)) is not None:
            changes[name] = value
    return replace(facts, report=replace(facts.report, **changes))
