"""Takes messages from files: each is stored in INTAKE first; the worker settles it, and this waits and counts."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import psycopg
from psycopg_pool import PoolTimeout

from services.intake.mail.intake import Later, MailIntake
from services.intake.mail.ledger import Entry, Ledger
from services.intake.mail.storing import message_key, store
from shared.files.port import LIMIT
from shared.runtime.imported import Imported, Outcome
from shared.store.port import StoreUnavailable
from shared.store.raw import RawMessages

PORTION = 64
"""Files stored before their ends are waited for."""
PORTION_BYTES = 32 * 1024 * 1024
"""Bytes that are held for one portion; a single larger file is a portion of its own."""
ABREAST = 8
"""Files stored at once."""
PATIENCE = 30.0
"""Seconds without any progress after which a message counts as waiting: it is safe in INTAKE."""


def message_files(path: Path) -> list[Path]:
    """The file itself, or every file below the folder that is not hidden. Raises: FileNotFoundError."""
    if not path.exists():
        raise FileNotFoundError(path)
    if path.is_file():
        return [path]
    return sorted(
        one
        for one in path.rglob("*")
        if one.is_file() and not any(part.startswith(".") for part in one.relative_to(path).parts)
    )


class MailImport:
    """Imports files of one message each. `intake` reads quarantined messages anew when they are imported again."""

    def __init__(self, raw: RawMessages, ledger: Ledger, intake: MailIntake, patience: float = PATIENCE) -> None:
        self._raw = raw
        self._ledger = ledger
        self._intake = intake
        self._patience = patience

    async def run(self, files: Sequence[Path]) -> AsyncIterator[Imported]:
        """The end of each file, in order. Never raises for a single file; raises Later when the servers are gone."""
        for portion in _portions(files):
            stored = await self._store_all(portion)
            fresh = [one.sequence for one in stored if one.outcome == "waiting"]
            known = [one.sequence for one in stored if one.outcome == "already_there"]
            ends = await self._ends(fresh + known)
            for one in stored:
                yield await self._told(one, ends.get(one.sequence))

    async def _store_all(self, portion: Sequence[Path]) -> list[Imported]:
        """Store several at once; those under one key in their order, so that the first of them is the message."""
        stored: dict[Path, Imported] = {}
        by_key: dict[str, list[tuple[Path, bytes]]] = {}
        for path in portion:
            content = await asyncio.to_thread(_content, path)
            if isinstance(content, Imported):
                stored[path] = content
            else:
                by_key.setdefault(message_key(content), []).append((path, content))
        abreast = asyncio.Semaphore(ABREAST)

        async def store_one_by_one(key: str, messages: list[tuple[Path, bytes]]) -> None:
            async with abreast:
                for path, content in messages:
                    stored[path] = await self._store(path, key, content)

        await asyncio.gather(*(store_one_by_one(key, messages) for key, messages in by_key.items()))
        return [stored[path] for path in portion]

    async def _store(self, path: Path, key: str, content: bytes) -> Imported:
        try:
            stored, is_new = await store(self._raw, content, key)
        except StoreUnavailable as error:
            raise Later(str(error)) from error
        return Imported(str(path), "waiting" if is_new else "already_there", stored.sequence)

    async def _told(self, one: Imported, end: Entry | None) -> Imported:
        if not one.sequence or end is None:
            return Imported(one.path, one.outcome if not one.sequence else "waiting", one.sequence, error=one.error)
        outcome: Outcome = end.status
        if one.outcome == "already_there":
            if end.status == "quarantined" and await self._intake.waiting(one.sequence):
                end = await self._intake.settle(one.sequence, again=True)
                outcome = end.status if end.status == "quarantined" else "already_there"
            else:
                outcome = "already_there"
        elif end.same_as is not None:
            outcome = "already_there"
        return Imported(one.path, outcome, one.sequence, end.case_id, end.listing, end.error)

    async def _ends(self, sequences: Sequence[int]) -> dict[int, Entry]:
        """The ends of these messages, waiting for as long as some come to an end."""
        loop = asyncio.get_running_loop()
        found: dict[int, Entry] = {}
        wanted, deadline = set(sequences), loop.time() + self._patience
        while wanted - found.keys() and loop.time() < deadline:
            try:
                news = await self._ledger.find(wanted - found.keys())
            except (psycopg.OperationalError, PoolTimeout) as error:
                raise Later(str(error)) from error
            if news:
                found |= news
                deadline = loop.time() + self._patience
            else:
                await asyncio.sleep(0.05)
        return found


def _content(path: Path) -> bytes | Imported:
    """The bytes of a file, or why it cannot be taken."""
    try:
        if path.stat().st_size > LIMIT:
            return Imported(str(path), "refused", error="larger than 200 MB")
        return path.read_bytes()
    except OSError as error:
        return Imported(str(path), "refused", error=error.strerror or type(error).__name__)


def _portions(files: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """Few enough files to be held in memory together."""
    portion: list[Path] = []
    size = 0
    for path in files:
        weight = path.stat().st_size if path.is_file() else 0
        if portion and (len(portion) == PORTION or size + weight > PORTION_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(path)
        size += weight
    if portion:
        yield portion
