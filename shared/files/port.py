"""The file store as the product sees it. A file is named by its content; names given by people are never paths."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Protocol

from msgspec import Struct

LIMIT = 200 * 1000 * 1000
"""Bytes of the largest file taken."""


class StoredFile(Struct, frozen=True):
    """A file that is kept. `created` is False when the same bytes were there before."""

    file_ref: str
    sha256: str
    mime: str
    size_bytes: int
    created: bool = False


class FileTooLarge(Exception):
    """More bytes than the store takes; nothing was kept."""


class FileMissing(Exception):
    """There is no such file, or its key was destroyed."""


class FileDamaged(Exception):
    """The bytes on disk are not what was stored: stop and page somebody."""


class FileIntake(Protocol):
    """Takes files in. Every method here and below may raise ConnectionError when keys cannot be reached."""

    async def put(self, stream: AsyncIterable[bytes], name: str = "", declared: str = "") -> StoredFile:
        """Keep what the stream yields; the media type is found from the content, name and declaration are hints.

        Raises: FileTooLarge; whatever the stream raises (nothing is kept then); OSError when the disk is full.
        """
        ...


class FileStore(FileIntake, Protocol):
    """Keeps bytes by their SHA-256."""

    async def describe(self, file_ref: str) -> StoredFile:
        """What is known of a file. Raises: FileMissing, FileDamaged."""
        ...

    def open(self, file_ref: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`. Raises: FileMissing, FileDamaged."""
        ...

    async def missing(self, references: Iterable[str]) -> set[str]:
        """Those references that cannot be read."""
        ...


async def once(content: bytes) -> AsyncIterator[bytes]:
    """Bytes at hand as a stream."""
    yield content


async def read_all(files: FileStore, file_ref: str) -> bytes:
    """A whole file. Raises: FileMissing, FileDamaged."""
    return b"".join([piece async for piece in files.open(file_ref)])
