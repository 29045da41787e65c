"""The stored form of one event: `{"meta": …, "data": …}` and the hash chain over it.

The payload is the whole truth; headers are copies for servers and tools. `hash = SHA-256(prev ‖ payload)`,
where `prev` is the hash of the predecessor in the same aggregate and stands in `meta.prev`, so mirrors and
restores never break a chain.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import NAMESPACE_URL, UUID

import msgspec
from msgspec import Raw, Struct

Origin = Literal["live", "import", "sample"]
GENESIS = ""
"""`meta.prev` of the first event of an aggregate."""


class IntegrityError(Exception):
    """The log is not what was written: a broken chain, a wrong version or a gap. Stop and page somebody."""


class Meta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is true of every event whatever its type. Keys are fixed by the public interface."""

    version: int
    type: str
    schema: int = 1
    event_id: str
    command_id: str
    command_hash: str
    correlation_id: str
    causation_id: str | None = None
    actor: str
    actor_role: str
    on_behalf_of: str | None = None
    occurred_at: datetime
    recorded_at: datetime
    cycle: int = 1
    source_device: str | None = None
    late_reason: str | None = None
    import_batch: str | None = None
    origin: Origin = "live"
    seen: dict[str, int] = {}
    traceparent: str | None = None
    prev: str = GENESIS


class Envelope(Struct, frozen=True):
    """The payload as it travels: `data` stays undecoded until somebody needs it."""

    meta: Meta
    data: Raw


_CANONICAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_decode = msgspec.json.Decoder(Envelope).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


def encode(meta: Meta, fields: Mapping[str, Any]) -> bytes:
    """The payload bytes of an event; `fields` are its data as JSON-able values."""
    return _encode({"meta": meta, "data": fields})


def chain_hash(prev: str, payload: bytes) -> str:
    """SHA-256 over the predecessor's hash and the payload, 64 hexadecimal digits."""
    return hashlib.sha256(prev.encode("ascii") + payload).hexdigest()


def event_id(subject: str, command_id: str) -> str:
    """The id of the one event that a command makes in a subject; also its `Nats-Msg-Id`.

    The subject is part of it because the server's dedupe window spans the whole stream.
    """
    digits = _name_in(_name_in(NAMESPACE_URL.bytes, subject), canonical(command_id)).hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def canonical(command_id: str) -> str:
    """A UUID as lower-case text. Raises: ValueError.

    Nearly all come like this; an object for each would take five times as long, and every command needs several.
    """
    return command_id if _CANONICAL.fullmatch(command_id) else str(UUID(command_id))


def _name_in(namespace: bytes, name: str) -> bytes:
    """uuid5 as bytes; going by UUID objects takes three times as long, and every command needs two."""
    digest = bytearray(hashlib.sha1(namespace + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return bytes(digest)


class Recorded:
    """One event as read from the log: position, subject, envelope and hash.

    `sequence` is the position in the stream, `meta.version` the n-th event of its aggregate, `kind` the kind of
    aggregate, for example `case`, and `aggregate_id` its id within the kind.
    """

    __slots__ = ("aggregate_id", "hash", "kind", "meta", "payload", "raw", "sequence", "subject")

    def __init__(self, sequence: int, subject: str, payload: bytes) -> None:
        try:
            envelope = _decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise IntegrityError(f"{subject} at {sequence}: the payload cannot be read ({error})") from error
        self.sequence = sequence
        self.subject = subject
        _, self.kind, self.aggregate_id = subject.split(".", 2)
        self.payload = payload
        self.meta = envelope.meta
        self.raw = envelope.data
        self.hash = chain_hash(envelope.meta.prev, payload)

    def follows(self, version: int, hash: str) -> None:
        """Check that this event is the successor of version `version` with hash `hash`.

        Raises: IntegrityError naming subject, position and what differs.
        """
        if self.meta.version != version + 1:
            raise IntegrityError(
                f"{self.subject} at {self.sequence}: version {self.meta.version} follows version {version}"
            )
        if self.meta.prev != hash:
            raise IntegrityError(f"{self.subject} at {self.sequence}: the hash chain is broken")


def subject_of(kind: str, aggregate_id: str) -> str:
    """The one literal subject of an aggregate."""
    return f"evt.{kind}.{aggregate_id}"


def person_of_record(meta: Meta) -> str:
    """Who did what the event says: the actor, but of an import the person it names."""
    return meta.on_behalf_of if meta.import_batch is not None and meta.on_behalf_of else meta.actor


def utc(instant: datetime) -> datetime:
    """The same instant in UTC, whole microseconds."""
    return instant.astimezone(UTC)
