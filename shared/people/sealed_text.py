"""The stored form of one sealed text: `sealed:1:<person>:<nonce and ciphertext, base64url>`."""

import base64
import binascii

from shared.people.ring import KeyGone, open_bytes, seal_bytes

PREFIX = "sealed:1:"


def seal_text(text: str, person: str, key: bytes) -> str:
    """The text as it is stored; the person's id is bound to it. Raises: UnicodeEncodeError for lone surrogates."""
    sealed = seal_bytes(key, text.encode(), person.encode())
    return f"{PREFIX}{person}:{base64.urlsafe_b64encode(sealed).decode('ascii')}"


def person_of(text: str) -> str | None:
    """Whose key opens this text; None when it is not sealed."""
    return text[len(PREFIX) :].partition(":")[0] if text.startswith(PREFIX) else None


def open_text(text: str, key: bytes) -> str:
    """What was sealed. Raises: KeyGone when the key is another or the text was changed."""
    person, _, sealed = text[len(PREFIX) :].partition(":")
    try:
        raw = base64.urlsafe_b64decode(sealed)
    except (binascii.Error, ValueError) as error:
        raise KeyGone from error
    return open_bytes(key, raw, person.encode()).decode()
