"""The record of a case as people read it: each event as it counts, with what was corrected in it and whether it was
voided. Pure; texts are as open as they were handed in."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct

from shared.case.effective import CORRECTED, REVISING, VOIDED, Told, effective


class Correction(Struct, frozen=True):
    """What one correction changed, who made it, when and why."""

    event_id: str
    version: int
    field_path: str
    old_value: Any
    new_value: Any
    reason_code: str
    reason: str | None
    actor: str
    recorded_at: datetime


class Voiding(Struct, frozen=True):
    """Who voided an event, when and why, and the case that it belongs to if one was named."""

    event_id: str
    version: int
    reason: str | None
    moved_to_case: str | None
    actor: str
    recorded_at: datetime


class Read(Struct, frozen=True):
    """One event as it counts, or as it stood when it was voided."""

    told: Told
    corrections: list[Correction]
    voided: Voiding | None


def trail_of(history: Iterable[Told]) -> list[Read]:
    """Every event of a case in order, the correcting ones too. Raises: LookupError as `effective`."""
    history = list(history)
    corrections, voidings = defaultdict[str, list[Correction]](list), dict[str, Voiding]()
    for one in history:
        if one.meta.type == CORRECTED:
            corrections[one.fields["target_event_id"]].append(_correction(one))
        elif one.meta.type == VOIDED:
            voidings[one.fields["target_event_id"]] = _voiding(one)
    told = {one.meta.event_id: one for one in effective(one for one in history if one.meta.type != VOIDED)}
    told |= {one.meta.event_id: one for one in effective(history)}
    return [
        Read(
            one if one.meta.type in REVISING else told[one.meta.event_id],
            corrections[one.meta.event_id],
            voidings.get(one.meta.event_id),
        )
        for one in history
    ]


def _correction(one: Told) -> Correction:
    said, meta = one.fields, one.meta
    values = (said["field_path"], said.get("old_value"), said.get("new_value"), said["reason_code"], said["reason"])
    return Correction(meta.event_id, meta.version, *values, meta.actor, meta.recorded_at)


def _voiding(one: Told) -> Voiding:
    said, meta = one.fields, one.meta
    return Voiding(meta.event_id, meta.version, said["reason"], said.get("moved_to_case"), meta.actor, meta.recorded_at)
