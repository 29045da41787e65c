"""Raw messages in INTAKE: sealed before they are stored, the large ones in the file store with only a head here.

Every reading asks the leader: a replica that lags would deny a message that was just stored.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import nats.errors
from msgspec import Struct
from nats.aio.client import Client
from nats.js.api import RawStreamMsg
from nats.js.errors import APIError, NotFoundError

from shared.files.port import FileStore, once, read_all
from shared.people.ring import KeyRing, open_bytes, seal_bytes
from shared.store.port import StoreUnavailable

STREAM = "INTAKE"
INLINE = 256 * 1024
"""Bytes of the largest message that is kept whole in INTAKE."""
HEAD = 16 * 1024
"""Bytes of a larger one that are kept here besides the reference to the rest."""
_WRONG_LAST_SEQUENCE = 10071
_NAMES_REMEMBERED = 4096
_TRIES = 5


class RawMessage(Struct, frozen=True):
    """The payload of a message in INTAKE: what it was, and the sealed bytes or the file that holds them."""

    sha256: str
    size_bytes: int
    object_id: str
    sealed: bytes
    file_ref: str | None = None


class StoredRaw(Struct, frozen=True):
    """A raw message at its position, and when it was stored."""

    sequence: int
    subject: str
    stored_at: datetime
    message: RawMessage


class RawMessages:
    """Stores and reads raw messages; the same bytes under the same id are stored once."""

    def __init__(self, client: Client, ring: KeyRing, files: FileStore) -> None:
        self._jetstream = client.jetstream(timeout=5)
        self._ring = ring
        self._files = files
        self._names: OrderedDict[int, str] = OrderedDict()

    async def store(self, channel: str, message_id: str, content: bytes) -> tuple[StoredRaw, bool]:
        """Keep a message of a channel under its id; where it stands, and whether it is new.

        Raises: StoreUnavailable, ConnectionError.
        """
        subject, sealed = f"raw.{channel}.{message_id}", None
        digest = (await asyncio.to_thread(sha256, content)).hexdigest()
        for _ in range(_TRIES):
            last = 0
            async for stored in self.under(subject):
                if stored.message.sha256 == digest:
                    return stored, False
                last = stored.sequence
            sealed = sealed or await self._sealed(digest, content)
            if sequence := await self._publish(subject, sealed, last):
                return await self.read(sequence), True
        raise StoreUnavailable("others keep storing under the same id")

    async def _sealed(self, digest: str, content: bytes) -> RawMessage:
        object_id = f"raw:{digest}"
        key = await self._ring.make_object_key(object_id)
        if len(content) <= INLINE:
            return RawMessage(digest, len(content), object_id, seal_bytes(key, content, object_id.encode()))
        file = await self._files.put(once(content))
        head = seal_bytes(key, content[:HEAD], object_id.encode())
        return RawMessage(digest, len(content), object_id, head, file.file_ref)

    async def _publish(self, subject: str, message: RawMessage, last: int) -> int:
        """The position; 0 when somebody else stored under this id first."""
        headers = {
            "Nats-Msg-Id": f"{subject}:{message.sha256}",
            "Nats-Expected-Last-Subject-Sequence": str(last),
        }
        try:
            answer = await self._jetstream.publish(subject, msgspec.json.encode(message), headers=headers)
        except APIError as error:
            if error.err_code == _WRONG_LAST_SEQUENCE:
                return 0
            raise StoreUnavailable(f"INTAKE refuses: {error.err_code}") from error
        except (nats.errors.Error, TimeoutError) as error:
            raise StoreUnavailable("INTAKE does not answer") from error
        return answer.seq

    async def read(self, sequence: int) -> StoredRaw:
        """The message at this position. Raises: LookupError, StoreUnavailable."""
        found = await self._get(sequence)
        if found is None:
            raise LookupError(f"INTAKE holds nothing at {sequence}")
        return found

    async def under(self, subject: str) -> AsyncIterator[StoredRaw]:
        """All messages under one id, in order; more than one only when their contents differ."""
        found = await self._get(1, subject)
        while found is not None:
            yield found
            found = await self._get(found.sequence + 1, subject)

    async def _get(self, sequence: int, subject: str | None = None) -> StoredRaw | None:
        try:
            got = await self._jetstream.get_msg(STREAM, seq=sequence, subject=subject, next=subject is not None)
        except NotFoundError:
            return None
        except (nats.errors.Error, TimeoutError) as error:
            raise StoreUnavailable("INTAKE does not answer") from error
        stored = _stored(got)
        self._names[stored.sequence] = stored.message.object_id
        if len(self._names) > _NAMES_REMEMBERED:
            self._names.popitem(last=False)
        return stored

    async def content(self, message: RawMessage) -> bytes:
        """The bytes as they came in. Raises: KeyGone, FileMissing, ConnectionError."""
        if message.file_ref is not None:
            return await read_all(self._files, message.file_ref)
        key = await self._ring.object_key(message.object_id)
        return open_bytes(key, message.sealed, message.object_id.encode())

    async def at_hand(self, message: RawMessage, content: bytes) -> None:
        """Put the bytes of a message into the file store too, for people. Raises: ConnectionError, OSError."""
        if message.file_ref is None:
            await self._files.put(once(content))

    async def claim(self, message: RawMessage, person: str) -> None:
        """Say whom a message concerns. Raises: ConnectionError."""
        for object_id in _objects(message.object_id):
            await self._ring.claim(object_id, person)

    async def raw_objects(self, position: int) -> tuple[str, ...]:
        """Under which ids the keys of the message at this position are kept. Raises: ConnectionError."""
        if position in self._names:
            return _objects(self._names[position])
        try:
            found = await self._get(position)
        except StoreUnavailable as error:
            raise ConnectionError("INTAKE does not answer") from error
        return _objects(found.message.object_id) if found is not None else ()

    async def has_raw(self, position: int) -> bool:
        """Whether INTAKE holds a message at this position. Raises: StoreUnavailable."""
        return position in self._names or await self._get(position) is not None


def _objects(object_id: str) -> tuple[str, ...]:
    """The message in INTAKE, and the same bytes in the file store."""
    return object_id, f"sha256:{object_id.removeprefix('raw:')}"


def _stored(got: RawStreamMsg) -> StoredRaw:
    message = msgspec.json.decode(got.data or b"", type=RawMessage)
    stored_at = got.time or datetime.fromtimestamp(0, UTC)
    return StoredRaw(got.seq or 0, got.subject or "", stored_at.astimezone(UTC), message)
