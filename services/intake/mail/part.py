"""One part of a message: its bytes, its text and the name it came with, as far as they can be read."""

import base64
import re
from copy import copy
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from services.intake.mail.charset import cleaned, decoded, one_line
from services.intake.mail.headers import raw_field, text_of

_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_ENDS = re.compile(rb"=+")


def content_of(part: Message) -> bytes:
    """The bytes of a part, empty for one that holds other parts."""
    content, sent = _bytes(part, "Content-Type"), undecoded(part)
    encoding = raw_field(part, "Content-Transfer-Encoding").strip().lower()
    is_broken = encoding == "base64" and content == b"".join(sent.splitlines())
    return _unbroken(sent) if is_broken else content


def undecoded(part: Message) -> bytes:
    """The bytes of a part as they were sent."""
    return _bytes(part, "Content-Type", "Content-Transfer-Encoding")


def _bytes(part: Message, *without: str) -> bytes:
    """What the library makes of a part; it looks at the charset even for bytes, and fails on some."""
    bare = copy(part)
    for name in without:
        del bare[name]
    content = bare.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _unbroken(payload: bytes) -> bytes:
    """What can be decoded of base64 that the library gave back whole because it breaks somewhere.

    Lines that are none (damage, a list's footer) are left out; plain text under a wrong name stays as it is.
    """
    lines = [line.strip() for line in payload.splitlines() if line.strip()]
    sound = [line for line in lines if _BASE64.fullmatch(line)]
    if 2 * len(sound) < len(lines):
        return payload
    return b"".join(_decoded(piece) for piece in _ENDS.split(b"".join(sound)))


def _decoded(piece: bytes) -> bytes:
    """Base64 without its padding; a last character that stands alone says nothing."""
    kept = piece if len(piece) % 4 != 1 else piece[:-1]
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


def text_in(part: Message) -> str:
    """The text of a part, whatever charset it names."""
    return cleaned(decoded(content_of(part), _charset(part)))


def _charset(part: Message) -> str | None:
    try:
        charset = part.get_param("charset")
        return collapse_rfc2231_value(charset) if charset else None
    except (ValueError, LookupError):
        return None


def unwrapped(part: Message, text: str) -> str:
    """Lines that the sender's program broke for transport are joined again (RFC 3676)."""
    if str(part.get_param("format", "") or "").lower() != "flowed":
        return text
    is_deleting = str(part.get_param("delsp", "") or "").lower() == "yes"
    joined: list[str] = []
    is_open = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        if is_open and not quoted and line != "-- ":
            joined[-1] = (joined[-1][:-1] if is_deleting else joined[-1]) + line.removeprefix(" ")
        else:
            joined.append(line)
        is_open = line.endswith(" ") and line != "-- " and not quoted
    return "\n".join(joined)


def name_of(part: Message) -> str:
    """The name of the file that a part is, empty when it has none."""
    value = _parameter(part, "Content-Disposition", "filename") or _parameter(part, "Content-Type", "name")
    if not value:
        return ""
    if isinstance(value, tuple):
        charset, _, encoded = value
        return file_name(decoded(str(encoded).encode("latin-1", "replace"), charset))
    return file_name(text_of(str(value)))


def _parameter(part: Message, field: str, name: str) -> Any:
    """A parameter of a field; one that holds bare bytes is read as text first, which the library does not do."""
    value = raw_field(part, field)
    if not value.isascii():
        part = Message()
        part[field] = decoded(value.encode("utf-8", "surrogateescape"), None)
    return part.get_param(name, None, field)


def file_name(text: str) -> str:
    """A name to show, never a path."""
    return one_line(re.split(r"[/\\]", text)[-1], 255)
