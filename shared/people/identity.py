"""Who a customer's person is without saying so: a keyed hash of the normalised phone, else of the e-mail address."""

import hmac
import re
import unicodedata

_NOT_DIGITS = re.compile(r"[^0-9]")
UNCLAIMED = "unclaimed"
"""Holds the keys of files and raw messages that no case has named yet."""


def normalised_phone(phone: str) -> str:
    """A phone number as it is compared: country code and digits; without a country code it is a Chinese one."""
    text = unicodedata.normalize("NFKC", phone).strip()
    digits = _NOT_DIGITS.sub("", text)
    if digits.startswith("00"):
        text, digits = "+", digits[2:]
    if text.startswith("+"):
        return f"+86{digits[2:].lstrip('0')}" if digits.startswith("86") else f"+{digits}"
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    return f"+86{digits.lstrip('0')}"


def normalised_email(email: str) -> str:
    """An address as it is compared."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


class PersonIds:
    """Makes person ids: 32 hexadecimal digits, the same for the same person in one deployment only."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper

    def person(self, phone: str | None, email: str | None) -> str | None:
        """The person behind a phone number, else behind an address; None when neither is given."""
        if phone:
            return self._hash(f"phone:{normalised_phone(phone)}")
        if email:
            return self._hash(f"email:{normalised_email(email)}")
        return None

    def stand_in(self, subject: str) -> str:
        """The person of an aggregate that names nobody: its texts have a key of their own all the same."""
        return self._hash(f"subject:{subject}")

    def _hash(self, text: str) -> str:
        return hmac.digest(self._pepper, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
