"""How an encrypted file lies on disk: a head, then chunks that each open alone, so that any range can be read.

`moldcare-file-1\\n`, 16 random bytes that name this writing, then for every 64 KiB of clear bytes nonce (12),
ciphertext and tag (16). Bound to each chunk: the naming bytes, its number and whether it is the last, so that
chunks cannot be moved between files, reordered or cut off.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from shared.files.port import FileDamaged
from shared.people.ring import KeyGone, open_bytes, seal_bytes

MAGIC = b"moldcare-file-1\n"
NAMING = 16
CLEAR = 64 * 1024
STORED = CLEAR + 28
HEAD = len(MAGIC) + NAMING


def _about(naming: bytes, number: int, is_last: bool) -> bytes:
    return naming + number.to_bytes(8, "big") + (b"\x01" if is_last else b"\x00")


class ChunkWriter:
    """Encrypts what is written into an open file."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file = file
        self._key = key
        self._naming = os.urandom(NAMING)
        self._waiting = bytearray()
        self._number = 0
        file.write(MAGIC + self._naming)

    def write(self, clear: bytes) -> None:
        """Take more clear bytes. The last full chunk waits, for it may be the last of all."""
        self._waiting += clear
        while len(self._waiting) > CLEAR:
            self._chunk(bytes(self._waiting[:CLEAR]), is_last=False)
            del self._waiting[:CLEAR]

    def finish(self) -> None:
        """Write the last chunk and bring everything to disk."""
        self._chunk(bytes(self._waiting), is_last=True)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _chunk(self, clear: bytes, *, is_last: bool) -> None:
        self._file.write(seal_bytes(self._key, clear, _about(self._naming, self._number, is_last)))
        self._number += 1


def clear_size(stored_size: int) -> int:
    """How many clear bytes a file of this size holds. Raises: FileDamaged."""
    chunks = -(-(stored_size - HEAD) // STORED)
    size = stored_size - HEAD - chunks * 28
    if chunks < 1 or size < 0:
        raise FileDamaged("too short")
    return size


def read_range(file: BinaryIO, key: bytes, start: int, end: int) -> Iterator[bytes]:
    """The clear bytes from `start` up to `end`. Raises: FileDamaged, KeyGone for another key."""
    head = file.read(HEAD)
    if len(head) != HEAD or not head.startswith(MAGIC):
        raise FileDamaged("no file of ours")
    naming = head[len(MAGIC) :]
    size = clear_size(file.seek(0, os.SEEK_END))
    last = max(0, (size - 1) // CLEAR)
    for number in range(start // CLEAR, last + 1):
        begin = number * CLEAR
        if begin >= end and number:
            return
        file.seek(HEAD + number * STORED)
        try:
            clear = open_bytes(key, file.read(STORED), _about(naming, number, number == last))
        except KeyGone as error:
            raise FileDamaged(f"chunk {number} does not open") from error
        if piece := clear[max(0, start - begin) : end - begin]:
            yield piece
