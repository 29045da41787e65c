"""Puts a message into INTAKE, sealed: the one step of every way in after which it can no longer be lost."""

import hashlib

from services.intake.mail.parse import key_of
from shared.store.port import StoreUnavailable
from shared.store.raw import RawMessages, StoredRaw

CHANNEL = "email"


def message_key(content: bytes) -> str:
    """The id of a message in INTAKE: from its Message-ID, else from its bytes; nothing of it can be read back."""
    named = key_of(content)
    return hashlib.sha256(f"id:{named}".encode("utf-8", "surrogateescape") if named else content).hexdigest()[:40]


async def store(raw: RawMessages, content: bytes, key: str | None = None) -> tuple[StoredRaw, bool]:
    """Where the message stands from now on, and whether it is new. `key`: its id, when it is known already.

    Raises: StoreUnavailable when servers, keys or room are missing; nothing is lost by trying again.
    """
    try:
        return await raw.store(CHANNEL, key or message_key(content), content)
    except OSError as error:
        # The keys cannot be reached, or the disk of the file store is full.
        raise StoreUnavailable(f"the message cannot be sealed: {type(error).__name__}") from error
