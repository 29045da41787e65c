"""Header fields as mail programs really write them.

The standard library decodes encoded words one by one with the charset they name; Chinese programs split characters
between words and write GB18030 under the name gb2312, so words are put together as bytes first.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from services.intake.mail.charset import cleaned, decoded

_WORD = re.compile(r"=\?([^?\s]+?)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(=\?)")
_ADDRESS = re.compile(r"[^\s<>\"(),;:\[\]]+@[^\s<>\"(),;:\[\]]+\.[^\s<>\"(),;:\[\]]+")
_ESCAPED = re.compile(r"=([0-9A-Fa-f]{2})")


def raw_fields(message: Message, name: str) -> list[str]:
    """The values of a field as they stand, topmost first; bytes over 127 as surrogate escapes."""
    return [str(value) for field, value in message.raw_items() if field.lower() == name.lower()]


def raw_field(message: Message, name: str) -> str:
    """The topmost value of a field, empty when there is none."""
    return next(iter(raw_fields(message, name)), "")


def text_of(value: str) -> str:
    """A field's value for people: encoded words decoded, raw bytes read, in one line."""
    unfolded = _BETWEEN.sub(r"\1\2", value)
    return " ".join(cleaned("".join(_pieces(unfolded))).split())


def _pieces(value: str) -> Iterator[str]:
    """Plain stretches and runs of words in the same charset, decoded."""
    waiting, charset, end = b"", "", 0
    for word in _WORD.finditer(value):
        plain = value[end : word.start()]
        if waiting and (plain or word[1].lower() != charset):
            yield decoded(waiting, charset)
            waiting = b""
        yield _plain(plain)
        waiting, charset, end = waiting + _bytes_of(word[2], word[3]), word[1].lower(), word.end()
    if waiting:
        yield decoded(waiting, charset)
    yield _plain(value[end:])


def _plain(value: str) -> str:
    return decoded(value.encode("utf-8", "surrogateescape"), None) if not value.isascii() else value


def _bytes_of(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        quoted = text.replace("_", " ").encode("utf-8", "surrogateescape")
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), quoted.decode("latin-1")).encode("latin-1")
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "surrogateescape")


def addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """(name, address) of everybody in a field; an address that cannot be read is left out."""
    found = []
    for value in raw_fields(message, name):
        flat = _BETWEEN.sub(r"\1\2", " ".join(value.split()))
        for shown, address in getaddresses([flat], strict=False):
            if _ADDRESS.fullmatch(address):
                found.append((text_of(shown).strip("\"' "), cleaned(address)))
        if not found and (match := _ADDRESS.search(flat)):
            found.append((text_of(flat[: match.start()]).strip("\"'<( "), cleaned(match[0])))
    return found


def instant(value: str) -> datetime | None:
    """A date field in UTC; a missing zone is read as UTC; None when it is no date of this age."""
    try:
        read = parsedate_to_datetime(" ".join(value.split()))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = read.replace(tzinfo=UTC) if read.tzinfo is None else read
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if 1990 <= moment.year <= 2200 else None


def received_at(message: Message, stored_at: datetime) -> datetime:
    """When the message reached us: the newest Received field, else Date, else when it was stored; never later."""
    for value in raw_fields(message, "Received"):
        moment = instant(value.rpartition(";")[2])
        if moment is not None and moment <= stored_at:
            return moment
    moment = instant(raw_field(message, "Date"))
    return moment if moment is not None and moment <= stored_at else stored_at


def message_id(message: Message) -> str:
    """The Message-ID without brackets and white space, empty when there is none."""
    return "".join(raw_field(message, "Message-ID").split()).strip("<>")
