"""file_uses: which events name which files. Who may read a case or a record may read the files that it names."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from services.intake.projections.case_parties import departments_told
from shared.events.envelope import Recorded, person_of_record
from shared.projections.projection import Projection
from shared.projections.reference import Reference

_FILE = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_MENTION = re.compile(rb'"(?:sha256:)?[0-9a-f]{64}"')
_DRAWINGS = frozenset({"drawings", "drawings_consulted"})


class FileUse(Struct, frozen=True):
    """A file by its SHA-256 in hex, named by an event; `departments` that the event was sent to."""

    aggregate_id: str
    version: int
    sequence: int
    digest: str
    is_drawing: bool
    departments: list[str]
    named_by: str


def apply(current: None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[FileUse]:
    """The files that an event names; one that is named as a drawing too is a drawing."""
    if _MENTION.search(bytes(recorded.raw)) is None:
        return ()
    found: dict[str, bool] = {}
    for digest, is_drawing in _files(msgspec.to_builtins(event), is_drawing=False):
        found[digest] = found.get(digest, False) or is_drawing
    told = [dept.value for dept in departments_told(recorded.meta.type, event)]
    owner = f"{recorded.kind}.{recorded.aggregate_id}"
    return tuple(
        FileUse(
            owner,
            recorded.meta.version,
            recorded.sequence,
            digest,
            is_drawing,
            told,
            person_of_record(recorded.meta),
        )
        for digest, is_drawing in found.items()
    )


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
    version=1,
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
    named_by text not null)""",
    indexes=("create index on {table} (digest)",),
    apply=apply,
    appends=True,
    module=__name__,
)
