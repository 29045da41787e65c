"""Facts about the record itself: corrected, voided, held (domain of corrections; B-25)."""

from typing import Annotated, Any

from msgspec import Struct

from shared.events.shapes import SET_BY_SERVICE, CaseId, EventId, Instant, Note, Short
from shared.events.vocabulary import CorrectionReason


class RecordCorrected(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field of an earlier event was wrong: this is its value now. The event itself stays as it was stored.

    `field_path` names a field of the target as faults do, `key_steps[0].time`; a value null: nothing stood there, or
    nothing does now. Texts that are sealed in the target are sealed here too.
    """

    target_event_id: EventId
    target_type: Annotated[str, SET_BY_SERVICE] = ""
    field_path: Short
    old_value: Any
    new_value: Any
    reason_code: CorrectionReason
    reason: Note


class EventVoided(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event that never belonged to this case no longer counts."""

    target_event_id: EventId
    reason: Note
    moved_to_case: CaseId | None = None


class HoldPlaced(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing of this case may be erased or run out of retention (B-25)."""

    reason: Note
    basis: Short
    until: Instant | None = None


class HoldLifted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The hold is over."""

    reason: Note
