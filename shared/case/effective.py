"""Corrections: the events of a case as they count, fields corrected and voided ones left out (ADR 24). Pure.

Nothing is edited. What a case is after a correcting event is the fold of the events that count then; between two
correcting events the state is carried on event by event, because one more event changes nothing before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from shared.case.fold import fold
from shared.case.lifecycle import rows
from shared.case.state import Case
from shared.events.catalogue import EVENTS, UnknownEventType
from shared.events.envelope import Meta, Recorded
from shared.events.own_times import OWN_TIMES
from shared.events.paths import placed, value_at
from shared.events.upcast import upcast

CORRECTED, VOIDED = "RecordCorrected", "EventVoided"
REVISING = frozenset({CORRECTED, VOIDED})
"""Events that change what earlier ones count for; they themselves change nothing else."""
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Told(Struct, frozen=True):
    """One event as it is told: its envelope and its fields as JSON has them, sealed or opened."""

    meta: Meta
    fields: dict[str, Any]


def told_of(recorded: Recorded) -> Told:
    """An event as it was stored, in its newest shape. Raises: ValueError."""
    meta = recorded.meta
    return Told(meta, _decode(upcast(meta.type, meta.schema, recorded.raw)))


def event_of(told: Told) -> Any:
    """The event itself. Raises: UnknownEventType; ValueError when the fields do not fit."""
    event = EVENTS.get(told.meta.type)
    if event is None:
        raise UnknownEventType(told.meta.type)
    try:
        return msgspec.convert(told.fields, event)
    except msgspec.ValidationError as error:
        raise ValueError(f"{told.meta.type} {told.meta.event_id}: {error}") from error


def effective(history: Iterable[Told]) -> list[Told]:
    """The events that count, as they count: without voided and correcting ones, each with its corrections.

    Of several corrections of one field the last counts. A corrected time moves `occurred_at` where the event's own
    time gave it. Raises: LookupError for a correction of a place that its event does not have.
    """
    history = list(history)
    voided = {one.fields["target_event_id"] for one in history if one.meta.type == VOIDED}
    corrections: defaultdict[str, list[Told]] = defaultdict(list)
    for one in history:
        if one.meta.type == CORRECTED:
            corrections[one.fields["target_event_id"]].append(one)
    counting, cycles_less = list[Told](), 0
    for one in history:
        if one.meta.event_id in voided:
            cycles_less += any(row.begins_cycle for row in rows(one.meta.type))
        elif one.meta.type not in REVISING:
            counting.append(_as_it_counts(one, corrections.get(one.meta.event_id, ()), cycles_less))
    return counting


def _as_it_counts(one: Told, corrections: Sequence[Told], cycles_less: int) -> Told:
    if not corrections and not cycles_less:
        return one
    fields, meta = one.fields, one.meta
    for correction in corrections:
        fields = placed(fields, correction.fields["field_path"], correction.fields["new_value"])
    if corrections:
        meta = replace(meta, occurred_at=_occurred_at(meta, one.fields, fields))
    if cycles_less:
        meta = replace(meta, cycle=meta.cycle - cycles_less)
    return Told(meta, fields)


def _occurred_at(meta: Meta, stored: dict[str, Any], corrected: dict[str, Any]) -> datetime:
    for path in OWN_TIMES.get(meta.type, ()):
        if (given := _instant(stored, path)) is not None:
            return (_instant(corrected, path) or given) if given == meta.occurred_at else meta.occurred_at
    return meta.occurred_at


def _instant(fields: dict[str, Any], path: str) -> datetime | None:
    try:
        return msgspec.convert(value_at(fields, path), datetime)
    except (LookupError, msgspec.ValidationError):
        return None


def case_of(history: Iterable[Told]) -> Case:
    """The case after these events, its first ones in order. Raises: as effective and event_of."""
    case = Case()
    for one in effective(history):
        case = fold(case, event_of(one), one.meta)
    return case
