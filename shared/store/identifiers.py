"""Ids of new aggregates, derived so that a retried first command meets its first try."""

import hashlib
import re
import unicodedata

from shared.events.envelope import canonical

_NAME = re.compile(r"[a-z0-9-]{1,64}")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def _short(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") >> 3
    digits = "".join(_ALPHABET[number >> shift & 31] for shift in range(40, -1, -5))
    return f"{digits[:4]}-{digits[4:]}"


def id_of_command(command_id: str) -> str:
    """The id of the aggregate that a command opens: 45 bits of SHA-256 in Crockford base32, `xxxx-xxxxx`."""
    return _short(canonical(command_id))


def normalised(number: str) -> str:
    """A number as it is compared: full-width forms folded, no spaces, lower case."""
    return "".join(unicodedata.normalize("NFKC", number).split()).casefold()


def id_of_number(number: str) -> str:
    """The id of the aggregate that carries a number: alike, from the normalised number."""
    return _short(normalised(number))


def name_as_id(name: str) -> str:
    """A name that is the id itself; one that cannot stand in a subject gets a derived id and fails its check."""
    return name if _NAME.fullmatch(name) else id_of_number(name)
