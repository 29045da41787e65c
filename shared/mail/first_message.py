"""What the message of the customer that began a case says of answers to it (RFC 3834)."""

from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Protocol

from msgspec import Struct

from shared.files.port import FileDamaged, FileMissing
from shared.people.ring import KeyGone
from shared.store.raw import RawMessage, StoredRaw

_NOT_TO_LISTS = frozenset({"bulk", "list", "junk", "auto_reply", "auto-reply"})
_OF_MACHINES = ("List-Id", "List-Post", "X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Auto-Response-From")
_HEAD = 64 * 1024
_LONGEST = 200


class FirstMessage(Struct, frozen=True):
    """Its Message-ID with brackets, empty when it has none, and whether no machine may answer it."""

    message_id: str = ""
    wants_no_answer: bool = False


class Raw(Protocol):
    """Messages as they came in."""

    async def read(self, sequence: int) -> StoredRaw: ...
    async def content(self, message: RawMessage) -> bytes: ...


async def first_message(raw: Raw, position: int | None) -> FirstMessage:
    """What the message at this position of INTAKE says; nothing when there is none, or nobody can read it any more.

    Raises: StoreUnavailable, ConnectionError.
    """
    if position is None:
        return FirstMessage()
    try:
        content = await raw.content((await raw.read(position)).message)
    except (LookupError, KeyGone, FileMissing, FileDamaged):
        return FirstMessage()
    return said_by(BytesHeaderParser(policy=compat32).parsebytes(content[:_HEAD]))


def said_by(head: Message) -> FirstMessage:
    """What these header fields say."""
    message_id = "".join(str(head.get("Message-ID", "")).split()).strip("<>")
    is_usable = message_id.isascii() and "@" in message_id and len(message_id) < _LONGEST
    return FirstMessage(f"<{message_id}>" if is_usable else "", _is_of_machine(head))


def _is_of_machine(head: Message) -> bool:
    submitted = str(head.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(head.get("Precedence", "")).strip().lower()
    return (
        submitted != "no"
        or precedence in _NOT_TO_LISTS
        or any(name in head for name in _OF_MACHINES)
        or str(head.get("Return-Path", "")).strip() == "<>"
    )
