"""Gathers what a decision may know: the aggregates, files and raw messages that a command names."""

from collections.abc import Iterable
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from shared.events.envelope import subject_of
from shared.files.port import StoredFile
from shared.masters.aggregates import AGGREGATES
from shared.store.cache import Aggregates
from shared.store.order import Fault, Known, Reference


class Evidence(Protocol):
    """What exists outside the log: files by reference, raw messages by position in INTAKE."""

    async def missing_files(self, references: Iterable[str]) -> set[str]:
        """Those of the references that the file store does not hold."""
        ...

    async def stored_file(self, reference: str) -> StoredFile | None:
        """Kind and size of a file, None when the file store does not hold it."""
        ...

    async def has_raw(self, position: int) -> bool:
        """Whether INTAKE holds a message at this position."""
        ...


class Gathered(Struct, frozen=True):
    """What was found, the positions it stood at, the subjects looked up, and what does not exist."""

    known: Known
    seen: dict[str, int]
    subjects: frozenset[str]
    faults: tuple[Fault, ...]


async def gather(aggregates: Aggregates, evidence: Evidence, references: Iterable[Reference]) -> Gathered:
    """Look up every reference once. A missing one is a V-REF (V-FILE for files) on its field."""
    found: dict[str, Any] = {}
    seen: dict[str, int] = {}
    faults: list[Fault] = []
    subjects: set[str] = set()
    files: dict[str, list[str]] = {}
    raw: set[int] = set()
    stored: dict[str, StoredFile] = {}
    for reference in references:
        if reference.kind == "stored":
            if (file := await evidence.stored_file(reference.name)) is not None:
                stored[reference.name] = file
        elif reference.kind == "content":
            await _content(reference, files, raw, faults, evidence)
        elif reference.kind == "document":
            files.setdefault(f"sha256:{reference.name}", []).append(reference.field)
        elif reference.kind == "file":
            files.setdefault(reference.name, []).append(reference.field)
        elif reference.kind in AGGREGATES:
            subject = subject_of(reference.kind, reference.name)
            subjects.add(subject)
            folded = await aggregates.get(subject)
            if folded.head.version:
                found[f"{reference.kind}.{reference.name}"] = folded.state
                seen[f"{reference.kind}.{reference.name}"] = folded.head.sequence
            elif reference.field:
                faults.append(Fault("V-REF", "not_found", reference.field, {"name": reference.name}))
    missing = await evidence.missing_files(files) if files else set()
    faults += [Fault("V-FILE", "file_not_found", field, {"name": name}) for name in missing for field in files[name]]
    known = Known(found, frozenset(files.keys() - missing), frozenset(raw), stored)
    return Gathered(known, seen, frozenset(subjects), tuple(faults))


def joined(first: Gathered, second: Gathered) -> Gathered:
    """What both found, as one; the past is the first one's."""
    known = replace(
        first.known,
        found={**first.known.found, **second.known.found},
        files=first.known.files | second.known.files,
        raw=first.known.raw | second.known.raw,
        stored={**first.known.stored, **second.known.stored},
    )
    seen, subjects = {**first.seen, **second.seen}, first.subjects | second.subjects
    return Gathered(known, seen, subjects, (*first.faults, *second.faults))


async def _content(
    reference: Reference, files: dict[str, list[str]], raw: set[int], faults: list[Fault], evidence: Evidence
) -> None:
    source, _, rest = reference.name.partition(":")
    if source == "sha256":
        files.setdefault(reference.name, []).append(reference.field)
    elif source == "raw" and await evidence.has_raw(int(rest)):
        raw.add(int(rest))
    elif source == "raw":
        faults.append(Fault("V-REF", "not_found", reference.field, {"name": reference.name}))
