"""Marking in a process of its own, short of memory and time: the files come from strangers."""

import asyncio

import msgspec
import structlog
from msgspec import Struct

from shared.files.port import FileStore, StoredFile, read_all
from shared.runtime.errands import ErrandFailed, run_errand

MOST_BYTES = 50_000_000
"""A larger file is not marked."""
SECONDS = 30.0
"""An A0 scan takes three; see the decision on marked drawings."""
_CHILD = "services.console.drawings"
_log = structlog.get_logger("console")


class Errand(Struct, frozen=True):
    """What the child is told on its standard input."""

    mime: str
    words: str
    content: bytes


class Marker:
    """Marks one drawing at a time: each takes a processor, and the commands of everybody else come first."""

    def __init__(self, files: FileStore) -> None:
        self._files = files
        self._alone = asyncio.Lock()

    async def copy(self, stored: StoredFile, words: str) -> bytes | None:
        """A stored file with the words over each page, None where it carries no mark or takes too much.

        Raises: as `FileStore.open`; processes.ServerFailed.
        """
        if stored.size_bytes > MOST_BYTES:
            return None
        async with self._alone:
            errand = Errand(stored.mime, words, await read_all(self._files, stored.file_ref))
            try:
                async with asyncio.timeout(SECONDS):
                    return await run_errand(_CHILD, msgspec.msgpack.encode(errand)) or None
            except (TimeoutError, ErrandFailed) as failed:
                _log.warning("drawing not marked", file=stored.sha256, reason=str(failed) or "too long")
                return None
