"""file_uses: which events name which files. Who may read a case or a record may read the files that it names.

What a correction takes out of an event, or a voided event named, is used there no longer.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from services.intake.projections.case_parties import departments_told
from shared.case.effective import event_of
from shared.events.catalogue import decode
from shared.events.envelope import Recorded, person_of_record
from shared.projections.projection import Projection
from shared.projections.reader import Corrected
from shared.projections.reference import Reference

_FILE = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_MENTION = re.compile(rb'"(?:sha256:)?[0-9a-f]{64}"')
_DRAWINGS = frozenset({"drawings", "drawings_consulted"})


class FileUse(Struct, frozen=True):
    """A file by its SHA-256 in hex, named by the event of this version; `departments` that the event was sent to.

    `sequence` is that of the event that said last whether it counts.
    """

    aggregate_id: str
    version: int
    sequence: int
    digest: str
    is_drawing: bool
    departments: list[str]
    named_by: str
    counts: bool


def apply(corrected: Corrected | None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[FileUse]:
    """The files that an event names; at a correcting one those that its target named or names now."""
    if corrected is None:
        if _MENTION.search(bytes(recorded.raw)) is None:
            return ()
        return tuple(_uses(recorded, recorded.sequence, event, counts=True))
    target = next(one for one in corrected.events if one.meta.event_id == event.target_event_id)
    uses = [*_uses(target, recorded.sequence, decode(target), counts=False), *_given(corrected, target, recorded)]
    for one, told in corrected.counting:
        if one is target:
            uses += _uses(target, recorded.sequence, event_of(told), counts=True)
    return tuple({use.digest: use for use in uses}.values())


def _given(corrected: Corrected, target: Recorded, recorded: Recorded) -> Iterator[FileUse]:
    """The files that corrections have put into an event, whether they count or not."""
    for one in corrected.events:
        event = decode(one) if one.meta.type == "RecordCorrected" else None
        if event is not None and event.target_event_id == target.meta.event_id:
            yield from _uses(target, recorded.sequence, [event.new_value], counts=False)


def _uses(recorded: Recorded, sequence: int, event: Any, *, counts: bool) -> Iterator[FileUse]:
    """The files that an event names; one that is named as a drawing too is a drawing."""
    found: dict[str, bool] = {}
    for digest, is_drawing in _files(msgspec.to_builtins(event), is_drawing=False):
        found[digest] = found.get(digest, False) or is_drawing
    told = [dept.value for dept in departments_told(recorded.meta.type, event)] if isinstance(event, Struct) else []
    owner = f"{recorded.kind}.{recorded.aggregate_id}"
    where = (owner, recorded.meta.version, sequence)
    for digest, is_drawing in found.items():
        yield FileUse(*where, digest, is_drawing, told, person_of_record(recorded.meta), counts)


def _files(value: Any, *, is_drawing: bool) -> Iterator[tuple[str, bool]]:
    match value:
        case str() if (file := _FILE.fullmatch(value)) is not None:
            yield file[1], is_drawing
        case list():
            for one in value:
                yield from _files(one, is_drawing=is_drawing)
        case dict():
            inside = is_drawing or value.get("doc_type") == "DRAWING"
            for name, one in value.items():
                yield from _files(one, is_drawing=inside or name in _DRAWINGS)


FILE_USES = Projection(
    name="file_uses",
    version=2,
    kinds=frozenset({"case", "customer", "mould", "staff", "channel", "improvement", "report", "department"}),
    row=FileUse,
    key=("aggregate_id", "version", "digest"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    digest text not null,
    is_drawing boolean not null,
    departments text[] not null,
    named_by text not null,
    counts boolean not null)""",
    indexes=("create index on {table} (digest) where counts",),
    apply=apply,
    recounts=True,
    module=__name__,
)
