"""How intake's facts change a case."""

from typing import assert_never

import msgspec

from shared.case.state import IntakeFacts
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived, InfoSupplemented, SuppliedFields
from shared.events.envelope import Meta

IntakeEvent = FeedbackReceived | InfoSupplemented | CaseAcknowledged


def fold(facts: IntakeFacts, event: IntakeEvent, meta: Meta) -> IntakeFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case FeedbackReceived():
            return IntakeFacts(report=event, registered_by=meta.actor)
        case InfoSupplemented():
            return _supplied(facts, event)
        case CaseAcknowledged():
            return msgspec.structs.replace(facts, acknowledged_at=event.ack_at, acknowledged_by=meta.actor)
        case _:
            assert_never(event)


def supplied(fields: SuppliedFields) -> dict[str, object]:
    """The fields that were given, by name."""
    return {name: value for name, value in msgspec.structs.asdict(fields).items() if value is not None}


def _supplied(facts: IntakeFacts, event: InfoSupplemented) -> IntakeFacts:
    if facts.report is None:
        return facts
    changes = supplied(event.fields)
    for name in ("customer_id", "mould_id"):
        if (value := getattr(event, name)) is not None:
            changes[name] = value
    return msgspec.structs.replace(facts, report=msgspec.structs.replace(facts.report, **changes))
