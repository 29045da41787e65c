"""The file in which a JetStream server keeps messages, for tests that damage it.

A record is its length (the highest bit says that it has headers), position, time, length of the subject, subject,
length of the headers, headers, payload, and the server's checksum: HighwayHash-64 of all but the lengths, under the
SHA-256 of the stream's name and the number of the file.
"""

import struct
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

_FRONT = struct.Struct("<IQQH")
_HAS_HEADERS = 1 << 31
_CHECKSUM = 8
_MASK, _HALF = (1 << 64) - 1, (1 << 32) - 1
_FIRST = (0xDBE6D5D5FE4CCE2F, 0xA4093822299F31D0, 0x13198A2E03707344, 0x243F6A8885A308D3)
_SECOND = (0x3BD39E10CB0EF593, 0xC0ACF169B5F18A8C, 0xBE5466CF34E90C6C, 0x452821E638D01377)
_ZIPPER = (3, 12, 2, 5, 14, 1, 15, 0, 11, 4, 10, 13, 9, 6, 8, 7)


def flip(store: Path, position: int, text: str, *, mend: bool) -> None:
    """Flip the lowest bit of the last byte of `text` in the message at `position` of EVENTS.

    `mend`: the checksum is made to fit, as somebody would who alters the log on purpose.
    """
    path = store / "jetstream" / "CORE" / "streams" / "EVENTS" / "msgs" / "1.blk"
    content = bytearray(path.read_bytes())
    start, end = _record(content, position)
    place = content.index(text.encode(), start, end) + len(text.encode()) - 1
    content[place] ^= 1
    if mend:
        content[end - _CHECKSUM : end] = checksum(bytes(content[start:end]), b"EVENTS-1")
    path.write_bytes(content)


def is_sound(store: Path) -> bool:
    """Whether every record has the checksum that the server would give it."""
    content = (store / "jetstream" / "CORE" / "streams" / "EVENTS" / "msgs" / "1.blk").read_bytes()
    start = 0
    while start < len(content):
        record = content[start : start + _length(content, start)]
        if checksum(record, b"EVENTS-1") != record[-_CHECKSUM:]:
            return False
        start += len(record)
    return start > 0


def _length(content: bytes | bytearray, start: int) -> int:
    length: int = _FRONT.unpack_from(content, start)[0]
    return length & ~_HAS_HEADERS


def _record(content: bytearray, position: int) -> tuple[int, int]:
    start = 0
    while _FRONT.unpack_from(content, start)[1] != position:
        start += _length(content, start)
    return start, start + _length(content, start)


def checksum(record: bytes, name: bytes) -> bytes:
    """What the server writes behind a record with headers."""
    subject_ends = _FRONT.size + _FRONT.unpack_from(record)[3]
    said = record[4:20] + record[_FRONT.size : subject_ends] + record[subject_ends + 4 : -_CHECKSUM]
    return _highway_hash(sha256(name).digest(), said)


def _highway_hash(key: bytes, said: bytes) -> bytes:
    lanes = _Lanes(struct.unpack("<4Q", key))
    whole = len(said) - len(said) % 32
    for start in range(0, whole, 32):
        lanes.take(said[start : start + 32])
    if rest := said[whole:]:
        lanes.take_rest(rest)
    for _ in range(4):
        lanes.take(struct.pack("<4Q", *(_turned(lanes.v0[place]) for place in (2, 3, 0, 1))))
    return struct.pack("<Q", (lanes.v0[0] + lanes.v1[0] + lanes.mul0[0] + lanes.mul1[0]) & _MASK)


def _turned(lane: int) -> int:
    return (lane >> 32) | (lane << 32) & _MASK


class _Lanes:
    """The state of a HighwayHash, as published: github.com/google/highwayhash."""

    def __init__(self, key: Sequence[int]) -> None:
        self.mul0, self.mul1 = list(_FIRST), list(_SECOND)
        self.v0 = [one ^ other for one, other in zip(_FIRST, key, strict=True)]
        self.v1 = [one ^ _turned(other) for one, other in zip(_SECOND, key, strict=True)]

    def take(self, packet: bytes) -> None:
        for place, lane in enumerate(struct.unpack("<4Q", packet)):
            self.v1[place] = (self.v1[place] + self.mul0[place] + lane) & _MASK
            self.mul0[place] ^= (self.v1[place] & _HALF) * (self.v0[place] >> 32)
            self.v0[place] = (self.v0[place] + self.mul1[place]) & _MASK
            self.mul1[place] ^= (self.v0[place] & _HALF) * (self.v1[place] >> 32)
        for source, target in ((self.v1, self.v0), (self.v0, self.v1)):
            for place in (0, 2):
                mixed = struct.pack("<2Q", *source[place : place + 2])
                added = struct.unpack("<2Q", bytes(mixed[one] for one in _ZIPPER))
                for offset in (0, 1):
                    target[place + offset] = (target[place + offset] + added[offset]) & _MASK

    def take_rest(self, rest: bytes) -> None:
        size, words = len(rest), len(rest) // 4 * 4
        for place in range(4):
            self.v0[place] = (self.v0[place] + (size << 32) + size) & _MASK
            halves = struct.unpack("<2I", struct.pack("<Q", self.v1[place]))
            turned = (((half << size) | (half >> (32 - size))) & _HALF for half in halves)
            self.v1[place] = struct.unpack("<Q", struct.pack("<2I", *turned))[0]
        packet = bytearray(rest[:words].ljust(32, b"\0"))
        if size & 16:
            packet[28:] = rest[-4:]
        elif last := rest[words:]:
            packet[16:19] = bytes((last[0], last[len(last) >> 1], last[-1]))
        self.take(bytes(packet))
