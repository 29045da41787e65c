"""The stored form of one sealed text: `sealed:1:<person>:<nonce and ciphertext, base64url>`."""

import base64
import binascii
import os
import re
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.people.ring import NONCE_BYTES, KeyGone

PREFIX = "sealed:1:"
SEALED = re.compile(rf"{re.escape(PREFIX)}[0-9a-z]+:[A-Za-z0-9_-]+=*")
"""A sealed text wherever it stands."""
_AT_ONCE = 16


def nonces() -> Iterator[bytes]:
    """Random nonces, drawn several at a time: one call of the system costs more than the cipher."""
    while True:
        drawn = os.urandom(NONCE_BYTES * _AT_ONCE)
        for start in range(0, len(drawn), NONCE_BYTES):
            yield drawn[start : start + NONCE_BYTES]


class TextSealer:
    """Seals texts for one person; the person's id is bound to each."""

    __slots__ = ("_encrypt", "_person", "_prefix")

    def __init__(self, person: str, key: bytes) -> None:
        self._encrypt = AESGCM(key).encrypt
        self._person = person.encode()
        self._prefix = f"{PREFIX}{person}:"

    def seal(self, text: str, nonce: bytes) -> str:
        """The text as it is stored; a nonce is used once. Raises: UnicodeEncodeError for lone surrogates."""
        sealed = nonce + self._encrypt(nonce, text.encode(), self._person)
        return self._prefix + base64.urlsafe_b64encode(sealed).decode("ascii")


def seal_text(text: str, person: str, key: bytes) -> str:
    """One text as it is stored. Raises: UnicodeEncodeError for lone surrogates."""
    return TextSealer(person, key).seal(text, os.urandom(NONCE_BYTES))


def person_of(text: str) -> str | None:
    """Whose key opens this text; None when it is not sealed."""
    return text[len(PREFIX) :].partition(":")[0] if text.startswith(PREFIX) else None


class TextOpener:
    """Opens texts of one person."""

    __slots__ = ("_decrypt", "_person", "_start")

    def __init__(self, person: str, key: bytes) -> None:
        self._decrypt = AESGCM(key).decrypt
        self._person = person.encode()
        self._start = len(PREFIX) + len(person) + 1

    def open(self, text: str) -> str:
        """What was sealed. Raises: KeyGone when the key is another or the text was changed."""
        try:
            raw = base64.urlsafe_b64decode(text[self._start :])
            return self._decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], self._person).decode()
        except (binascii.Error, InvalidTag, ValueError) as error:
            raise KeyGone from error
