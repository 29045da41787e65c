"""Shapes that many payloads share: limited texts, numbers, references, the stated unknown, and what is sealed.

A limit stands in `extra_json_schema` only: the checker of commands and the published schemas read it there,
while decoding a stored event never fails on it, because a sealed text is longer than the text it holds.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from shared.events.vocabulary import Channel, OldPart, SignMode


def _text(limit: int, least: int = 1, **more: Any) -> Meta:
    return Meta(extra_json_schema={"minLength": least, "maxLength": limit, **more})


PERSONAL = Meta(extra={"sealed": "personal"})
"""Names a customer's person: sealed with that person's key before it is stored."""
FREE = Meta(extra={"sealed": "free"})
"""Free text about a case or a customer: sealed with the key of the contact it came from."""

Short = Annotated[str, _text(100)]
Note = Annotated[str, _text(500), FREE]
Long = Annotated[str, _text(5000), FREE]
Description = Annotated[str, _text(5000, 5), FREE]
PersonName = Annotated[str, _text(100), PERSONAL]
PersonTitle = Annotated[str, _text(100), PERSONAL]
Phone = Annotated[str, Meta(extra_json_schema={"pattern": r"^\+?[0-9 -]{7,20}$"}), PERSONAL]
Email = Annotated[str, _text(254, 3, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), PERSONAL]
PersonalShort = Annotated[str, _text(100), PERSONAL]
PersonalAddress = Annotated[str, _text(254), PERSONAL]
"""Where a customer's person is reached, by whatever channel."""
FreeShort = Annotated[str, _text(100), FREE]
FreeAddress = Annotated[str, _text(500), FREE]
FileRef = Annotated[str, Meta(extra_json_schema={"pattern": r"^sha256:[0-9a-f]{64}$"}, extra={"refers": "file"})]
ContentRef = Annotated[
    str,
    Meta(extra_json_schema={"pattern": r"^(sha256:[0-9a-f]{64}|raw:[1-9][0-9]{0,15}|note:[\s\S]{1,5000})$"}),
    Meta(extra={"sealed": "note", "refers": "content"}),
]
"""Where the raw content is: a file, a position in INTAKE, or the note of a call itself (that text is sealed)."""


def _id(kind: str) -> Meta:
    return Meta(extra_json_schema={"pattern": r"^[a-z0-9-]{1,64}$"}, extra={"refers": kind})


CaseId = Annotated[str, _id("case")]
CustomerId = Annotated[str, _id("customer")]
MouldId = Annotated[str, _id("mould")]
ImprovementId = Annotated[str, _id("improvement")]
ChannelId = Annotated[str, _id("channel")]
UserName = Annotated[str, _id("staff")]
"""One of our own people, by user name; not a customer's person and so never sealed."""
NewUserName = Annotated[str, Meta(extra_json_schema={"pattern": r"^[a-z0-9-]{1,64}$"})]
PolicyName = Annotated[str, Meta(extra_json_schema={"pattern": r"^[a-z0-9-]{1,64}$"})]
SET_BY_SERVICE = Meta(extra={"set_by": "service"})
"""The service fills this field; a body that carries it is refused."""
AS_STORED = Meta(extra={"sealed": "already"})
"""What was sealed when it was stored first: never sealed anew, opened like everything else."""
Code = Annotated[str, Meta(extra_json_schema={"pattern": r"^[A-Z0-9][A-Z0-9_.-]{0,39}$"})]
Count = Annotated[int, Meta(extra_json_schema={"minimum": 0, "maximum": 10**12})]
Quantity = Annotated[float, Meta(extra_json_schema={"exclusiveMinimum": 0, "maximum": 10**9})]
"""More than nothing, at most three decimals."""
Measured = Annotated[float, Meta(extra_json_schema={"minimum": -(10**9), "maximum": 10**9})]
Score = Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": 5})]
Fen = Annotated[int, Meta(extra_json_schema={"minimum": 0, "maximum": 10**12})]
EventId = Annotated[str, Meta(extra_json_schema={"pattern": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"})]
DocumentHash = Annotated[str, Meta(extra_json_schema={"pattern": r"^[0-9a-f]{64}$"}, extra={"refers": "document"})]
"""The SHA-256 of the file that a customer was shown before signing; the file store holds it."""
Yes = Literal[True]
"""States that there is none of what the field's name says: true, or left out."""
Positive = Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": 10**12})]
Instant = Annotated[datetime, Meta(tz=True)]
Day = date


class Unknown(Struct, frozen=True, kw_only=True):
    """A value that the caller could not give, and why (R-2.1.2-b). Stands in the place of the value."""

    unknown: bool
    reason: Note


class Attachment(Struct, frozen=True, kw_only=True):
    """A file that came with a message, under the name it came with."""

    file_ref: FileRef
    name: Annotated[str, _text(255), FREE]


class Drawing(Struct, frozen=True, kw_only=True):
    """A drawing of a mould in one revision."""

    doc_id: Short
    revision: Short
    file_ref: FileRef | None = None


class Signature(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's signature under the document that was shown (B-22)."""

    signed_by: PersonName
    title: PersonTitle
    signed_at: Instant
    sign_mode: SignMode
    file_ref: FileRef
    doc_hash: DocumentHash


class Confirmation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's word from afar, with what proves it."""

    name: PersonName
    via: Channel
    at: Instant
    evidence_ref: FileRef | None = None


class Spare(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part and how many of it, in a unit."""

    part_no: Short
    model: Short
    name: Short
    qty: Quantity
    unit: Short
    batch: Short | None = None


class ReplacedPart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part that was put in, and what becomes of the old one (R-2.3.3-b)."""

    part_no: Short
    model: Short
    name: Short
    qty: Quantity
    unit: Short
    batch: Short | None = None
    old_part: OldPart


class Parameter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A setting of the machine, as read; `index` is the zone, tip or stage."""

    name: Short
    index: Count | None = None
    before: Short | None = None
    after: Short
    unit: Short
