"""The file store in a folder: `<first two digits>/<the rest>` of the SHA-256, encrypted, whole or not there at all."""

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from pathlib import Path
from typing import BinaryIO

from shared.files.chunks import ChunkWriter, clear_size, read_range
from shared.files.mime import HEAD, media_type
from shared.files.port import LIMIT, FileMissing, FileTooLarge, StoredFile
from shared.people.ring import KEY_BYTES, KeyGone, KeyRing

_REFERENCE = re.compile(r"sha256:([0-9a-f]{64})")
_PORTION = 1024 * 1024
"""Bytes that are encrypted and written in one step off the loop, or read."""


class FolderFileStore:
    """Keeps the promises of `FileStore`; several processes may share the folder."""

    def __init__(self, folder: Path, ring: KeyRing, limit: int = LIMIT) -> None:
        self._folder = folder
        self._incoming = folder / ".incoming"
        self._ring = ring
        self._limit = limit

    def _path(self, file_ref: str) -> Path:
        match = _REFERENCE.fullmatch(file_ref)
        if match is None:
            raise FileMissing(file_ref)
        digest = match.group(1)
        return self._folder / digest[:2] / digest[2:]

    async def put(self, stream: AsyncIterable[bytes], name: str = "", declared: str = "") -> StoredFile:
        """As the port says."""
        key = os.urandom(KEY_BYTES)
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._incoming / secrets.token_hex(16)
        try:
            digest, size, head = await self._receive(stream, draft, key)
            reference = f"sha256:{digest}"
            created = not await self._is_readable(reference)
            if created:
                await self._settle(draft, key, reference)
            return StoredFile(reference, digest, media_type(head, name, declared), size, created)
        finally:
            draft.unlink(missing_ok=True)

    async def _receive(self, stream: AsyncIterable[bytes], draft: Path, key: bytes) -> tuple[str, int, bytes]:
        """Write the stream encrypted; its digest, its size and its beginning."""
        digest, size, head, waiting = hashlib.sha256(), 0, b"", bytearray()
        with _begun(draft) as file:
            writer = ChunkWriter(file, key)
            async for piece in stream:
                size += len(piece)
                if size > self._limit:
                    raise FileTooLarge(f"more than {self._limit} bytes")
                head = head if len(head) >= HEAD else head + piece[:HEAD]
                waiting += piece
                if len(waiting) >= _PORTION:
                    await asyncio.to_thread(_write, writer, digest, bytes(waiting))
                    waiting.clear()
            _write(writer, digest, bytes(waiting))
            await asyncio.to_thread(writer.finish)
        return digest.hexdigest(), size, head[:HEAD]

    async def _settle(self, draft: Path, key: bytes, reference: str) -> None:
        """Move a finished draft to its place under the key that stands for it, whoever made that key."""
        standing = await self._ring.make_object_key(reference, fresh=key)
        target = self._path(reference)
        await asyncio.to_thread(self._move, draft, key, standing, target)

    def _move(self, draft: Path, key: bytes, standing: bytes, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if standing == key:
            os.replace(draft, target)
        else:
            other = draft.with_suffix(".again")
            try:
                _encrypt_again(draft, key, other, standing)
                os.replace(other, target)
            finally:
                other.unlink(missing_ok=True)
        for folder in (target.parent, self._folder):
            _sync(folder)

    async def _is_readable(self, reference: str) -> bool:
        if not self._path(reference).exists():
            return False
        try:
            await self._ring.object_key(reference)
        except KeyGone:
            return False
        return True

    async def _at_hand(self, file_ref: str) -> tuple[BinaryIO, bytes]:
        path = self._path(file_ref)
        try:
            key = await self._ring.object_key(file_ref)
            return path.open("rb"), key
        except (KeyGone, FileNotFoundError) as error:
            raise FileMissing(file_ref) from error

    async def describe(self, file_ref: str) -> StoredFile:
        """As the port says. The media type is found anew without the hints that came with the file."""
        file, key = await self._at_hand(file_ref)
        with file:
            size = clear_size(os.fstat(file.fileno()).st_size)
            head = b"".join(await asyncio.to_thread(lambda: list(read_range(file, key, 0, HEAD))))
        return StoredFile(file_ref, file_ref.removeprefix("sha256:"), media_type(head), size)

    async def open(self, file_ref: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """As the port says."""
        file, key = await self._at_hand(file_ref)
        with file:
            size = clear_size(os.fstat(file.fileno()).st_size)
            end = size if end is None else min(end, size)
            while start < end:
                until = min(end, start + _PORTION)
                portion = await asyncio.to_thread(_portion, file, key, start, until)
                yield portion
                start = until

    async def missing(self, references: Iterable[str]) -> set[str]:
        """As the port says."""
        wanted = set(references)
        present = {name for name in wanted if _REFERENCE.fullmatch(name) and self._path(name).exists()}
        return wanted - (await self._ring.known_objects(present) if present else set())

    def sweep(self, older_than: float) -> int:
        """Remove drafts that a crash left behind, last written before this time (seconds since 1970); how many."""
        removed = 0
        for draft in self._incoming.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if draft.stat().st_mtime < older_than:
                    draft.unlink()
                    removed += 1
        return removed


def _begun(draft: Path) -> BinaryIO:
    return open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(writer: ChunkWriter, digest: "hashlib._Hash", clear: bytes) -> None:
    digest.update(clear)
    writer.write(clear)


def _portion(file: BinaryIO, key: bytes, start: int, end: int) -> bytes:
    file.seek(0)
    return b"".join(read_range(file, key, start, end))


def _encrypt_again(source: Path, key: bytes, target: Path, other: bytes) -> None:
    """The same clear bytes under the key that another process had kept first."""
    with source.open("rb") as reading, _begun(target) as writing:
        writer = ChunkWriter(writing, other)
        for piece in read_range(reading, key, 0, clear_size(source.stat().st_size)):
            writer.write(piece)
        writer.finish()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
