"""Names of messages and visits: derived from what they are about, so that sending again makes no second name. Pure."""

import re
from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CASE = r"[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{5}"
_OURS = re.compile(rf"<?(?:({_UUID})|case)\.({_CASE})@", re.IGNORECASE)
_IN_SUBJECT = re.compile(rf"\[({_CASE})\]", re.IGNORECASE)


class Named(Struct, frozen=True):
    """What a Message-ID of ours says: the case, and the message (empty: the thread of the case as such)."""

    case_id: str
    mail_id: str = ""


def key_of(request_id: str) -> str:
    """The key of the message that an event asked for."""
    return f"mail:{request_id}"


def mail_id_of(key: str, case_id: str) -> str:
    """The left side of the Message-ID of what is sent under this key."""
    return f"{uuid5(NAMESPACE_URL, f'moldcare:{key}')}.{case_id}"


def thread_id_of(case_id: str) -> str:
    """The left side of the Message-ID that all messages about a case refer to."""
    return f"case.{case_id}"


def visit_uid(case_id: str, visit_id: str, domain: str) -> str:
    """The UID of the invitation to a visit: the same for its first date, each later one, and its end."""
    return f"{uuid5(NAMESPACE_URL, f'moldcare:visit:{case_id}:{visit_id}')}@{domain}"


def named_in(references: str) -> Iterator[Named]:
    """Messages of ours among the Message-IDs of this text, the last one named first."""
    for found in reversed(list(_OURS.finditer(references))):
        case_id = found[2].lower()
        yield Named(case_id, f"{found[1].lower()}.{case_id}" if found[1] else "")


def case_in_subject(subject: str) -> str | None:
    """The number of a case that a subject names, None when it names none."""
    found = _IN_SUBJECT.search(subject)
    return found[1].lower() if found is not None else None


def marked(case_id: str) -> str:
    """The number of a case as it stands in a subject."""
    return f"[{case_id}]"
