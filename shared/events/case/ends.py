"""How a case ends without service, and how it comes back: merged, transferred, cancelled (norm 2.1.2, R-1.2-b)."""

from typing import Annotated

from msgspec import Struct

from shared.events.shapes import SET_BY_SERVICE, CaseId, FileRef, FreeShort, Instant, Note, PersonalShort, PersonName
from shared.events.vocabulary import CancelReason, Channel, TransferKind


class CaseMarkedDuplicate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The same problem of the same mould is a case already; this one goes into it (B-33)."""

    master_case_id: CaseId
    same_reason: Note


class Reporter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who reported, and how to reach that person."""

    name: PersonName
    contact: PersonalShort
    person_id: Annotated[str, SET_BY_SERVICE] = ""


class DuplicateAbsorbed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The master took in a report; its earliest received time counts for the clocks."""

    from_case_id: CaseId
    channel: Channel
    received_at: Instant
    relay_received_at: Instant | None = None
    reporter: Reporter


class DuplicateUnmarked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """It was another problem after all; the case goes on by itself."""

    reason: Note


class DuplicateReleased(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The master let a report go that was no duplicate."""

    from_case_id: CaseId


class CaseTransferred(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """No after-sales matter of ours: it went to this department or firm, and the customer knows (R-1.2-b)."""

    to: FreeShort
    kind: TransferKind
    customer_informed_at: Instant


class TransferReturned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """It came back: it is ours after all."""

    reason: Note


class CaseCancelled(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing is to be done: the customer withdrew it, or it never was a request."""

    reason: CancelReason
    evidence_ref: FileRef | None = None
