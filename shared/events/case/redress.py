"""Facts of making good: remedies, the steps of an 8D record, analysed parts (B-09, B-11, B-12, B-14, B-15)."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.events.shapes import Fen, FileRef, Instant, Long, Note, Short
from shared.events.vocabulary import Cause, Remedy, RemedyStep

Discipline = Annotated[int, Meta(extra_json_schema={"minimum": 3, "maximum": 8})]
"""A step of the 8D method, D3 to D8."""


class RemedyDecided(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the customer asked for and what is granted, at first or at the second look (B-09, B-12)."""

    asked: Remedy
    granted: Remedy
    step: RemedyStep
    amount_fen: Fen | None = None
    reason: Note
    customer_informed_at: Instant
    accepted_by_customer: bool | None = None
    external_remedies: Note | None = None


class DisciplineRecorded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of the 8D record of a case; a repeated one takes the place of the former (B-14)."""

    d: Discipline
    text: Long
    due_at: Instant
    done_at: Instant | None = None
    evidence: list[FileRef] = []


class ReturnedPartAnalysed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a part that came back showed (B-15)."""

    part_no: Short
    received_at: Instant
    finding: Long
    cause: Cause
    ntf_criteria: Note | None = None
    report_ref: FileRef | None = None
    customer_informed_at: Instant | None = None
