"""How intake's facts change a case."""

from typing import assert_never

from msgspec.structs import astuple, replace

from shared.case.facts.intake import Absorbed, IntakeFacts
from shared.events.case.ends import (
    CaseCancelled,
    CaseMarkedDuplicate,
    CaseTransferred,
    DuplicateAbsorbed,
    DuplicateReleased,
    DuplicateUnmarked,
    TransferReturned,
)
from shared.events.case.intake import (
    CaseAcknowledged,
    FeedbackReceived,
    InformationWaived,
    InfoSupplemented,
    SuppliedFields,
)
from shared.events.catalogue import IntakeEvent
from shared.events.envelope import Meta


def fold(facts: IntakeFacts, event: IntakeEvent, meta: Meta) -> IntakeFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case FeedbackReceived():
            return IntakeFacts(event, meta.actor, meta.recorded_at, meta.origin, owner=meta.actor)
        case InfoSupplemented():
            return _supplied(facts, event)
        case CaseAcknowledged():
            return replace(facts, acknowledged_at=event.ack_at, acknowledged_by=meta.actor)
        case InformationWaived():
            return replace(facts, waived=(*facts.waived, *event.fields))
        case DuplicateAbsorbed() | DuplicateReleased():
            return _absorbing(facts, event, meta)
        case CaseMarkedDuplicate() | CaseTransferred() | CaseCancelled() | DuplicateUnmarked() | TransferReturned():
            return _ending(facts, event, meta)
        case _:
            assert_never(event)


def _absorbing(facts: IntakeFacts, event: DuplicateAbsorbed | DuplicateReleased, meta: Meta) -> IntakeFacts:
    """The reports of other cases that stand in this one."""
    kept = tuple(one for one in facts.absorbed if one.case_id != event.from_case_id)
    match event:
        case DuplicateAbsorbed():
            times = (event.received_at, event.relay_received_at)
            taken = Absorbed(event.from_case_id, event.channel, *times, meta.event_id, meta.recorded_at)
            return replace(facts, absorbed=(*kept, taken))
        case DuplicateReleased():
            return replace(facts, absorbed=kept)
        case _:
            assert_never(event)


Ending = CaseMarkedDuplicate | CaseTransferred | CaseCancelled | DuplicateUnmarked | TransferReturned


def _ending(facts: IntakeFacts, event: Ending, meta: Meta) -> IntakeFacts:
    """Into an end without service, or out of it."""
    match event:
        case CaseMarkedDuplicate():
            return replace(facts, master_case_id=event.master_case_id, ended_at=meta.occurred_at)
        case CaseTransferred():
            return replace(facts, ended_at=meta.occurred_at)
        case CaseCancelled():
            return replace(facts, cancelled=event.reason, ended_at=meta.occurred_at)
        case DuplicateUnmarked():
            return replace(facts, master_case_id=None, released_from=facts.master_case_id, ended_at=None)
        case TransferReturned():
            return replace(facts, ended_at=None)
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
