"""Which case a message belongs to that answers one of ours, and whether one of ours came back with it."""

import re
from collections.abc import Iterator
from email.message import Message

from msgspec import Struct

from services.intake.mail.headers import raw_field, text_of
from services.intake.mail.part import text_in
from shared.mail.codes import returned
from shared.mail.names import Named, case_in_subject, named_in

_READ = 100_000
"""Characters of a part in which the head of our message is looked for."""
_HEADS = frozenset({"message/rfc822", "text/rfc822-headers"})
_FAILED = re.compile(r"^Action:\s*failed", re.IGNORECASE | re.MULTILINE)
_STILL_TRYING = re.compile(r"^Action:\s*(delayed|relayed|delivered|expanded)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)


class Thread(Struct, frozen=True):
    """The case, by a Message-ID of ours (`mail_id` empty: that of the whole case) or by the number in the subject.

    `is_named`: by a Message-ID. `returned` is the code under which our message came back, empty when it did not.
    """

    case_id: str
    mail_id: str = ""
    is_named: bool = False
    returned: str = ""


def thread_of(message: Message) -> Thread | None:
    """What a message answers, None when it is none of ours."""
    named = _answered(message)
    if named is not None:
        return Thread(named.case_id, named.mail_id, is_named=True)
    case_id = case_in_subject(text_of(raw_field(message, "Subject")))
    return Thread(case_id) if case_id is not None else None


def returned_by(message: Message) -> Thread | None:
    """Which message of ours a delivery report is about; one that is only late has not come back."""
    text = "\n".join(_texts(message))
    named = _foremost(text) or _answered(message)
    if named is None:
        return None
    is_late = _STILL_TRYING.search(text) is not None and _FAILED.search(text) is None
    status = _STATUS.search(text)
    code = "" if is_late or not named.mail_id else returned(status[1] if status is not None else text)
    return Thread(named.case_id, named.mail_id, is_named=True, returned=code)


def _answered(message: Message) -> Named | None:
    return _foremost(" ".join(raw_field(message, name) for name in ("References", "In-Reply-To")))


def _foremost(text: str) -> Named | None:
    """A letter of ours before the thread of a case, which every letter names besides itself."""
    found = list(named_in(text))
    return next((one for one in found if one.mail_id), next(iter(found), None))


def _texts(message: Message) -> Iterator[str]:
    """What the parts of a report say: its text, its fields, and the head of the message that it is about."""
    for part in message.walk():
        if part.get_content_type() in _HEADS or part.get_content_type() == "message/delivery-status":
            yield _flat(part)
        elif part.get_content_maintype() == "text":
            yield text_in(part)[:_READ]


def _flat(part: Message) -> str:
    return part.as_bytes().decode("utf-8", "replace")[:_READ]
