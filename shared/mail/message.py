"""The message itself: headers that keep a case together and answer no machine, text, invitation and files. Pure."""

from collections.abc import Sequence
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime

from msgspec import Struct

from shared.mail.invitation import Visit, invitation, method_of
from shared.mail.names import marked, thread_id_of
from shared.mail.relay import Relay


class Enclosed(Struct, frozen=True):
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


class Written(Struct, frozen=True, kw_only=True):
    """What is to be said. `answers` is the Message-ID of the customer's own message, empty when there is none.

    `title`: what the customer called the matter, empty when the subject is ours.
    """

    case_id: str
    mail_id: str
    to: str
    title: str
    subject: str
    text: str
    at: datetime
    is_automatic: bool
    answers: str = ""
    visit: Visit | None = None
    files: Sequence[Enclosed] = ()


class BadAddress(Exception):
    """Nothing can be sent to what stands as the address."""


class _Ids(UnstructuredHeader, BaseHeader):
    """Message-IDs: folded between them and never encoded, however long one is."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        """The field as it is sent."""
        return f"{self.name}: " + f"{policy.linesep} ".join(str(self).split()) + policy.linesep


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("in-reply-to", _Ids)
_HEADERS.map_to_type("references", _Ids)
_POLICY = default.clone(header_factory=_HEADERS)


def message_of(relay: Relay, written: Written) -> EmailMessage:
    """The message as it goes to the server. Raises: BadAddress."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(relay.sender_name, addr_spec=relay.sender)
    message["To"] = _address(written.to)
    if relay.reply_to:
        message["Reply-To"] = Address(addr_spec=relay.reply_to)
    message["Subject"] = _subject(written)
    message["Date"] = format_datetime(written.at)
    message["Message-ID"] = f"<{written.mail_id}@{relay.domain}>"
    thread = f"<{thread_id_of(written.case_id)}@{relay.domain}>"
    message["In-Reply-To"] = written.answers or thread
    message["References"] = f"{written.answers} {thread}".strip()
    if written.is_automatic:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "OOF, AutoReply, RN, NRN"
    message.set_content(written.text, cte="base64")
    if written.visit is not None:
        method = method_of(written.visit)
        message.add_alternative(invitation(written.visit), subtype="calendar", cte="base64", params={"method": method})
    for file in written.files:
        main, sub = _media_type(file.media_type)
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message


def _media_type(name: str) -> tuple[str, str]:
    """What a part can be: messages and groups of parts cannot be put into one as they are."""
    main, _, sub = name.partition("/")
    return ("application", "octet-stream") if not sub or main in ("message", "multipart") else (main, sub)


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text.strip())
    except (HeaderParseError, ValueError, IndexError) as error:
        raise BadAddress from error


def _subject(written: Written) -> str:
    """The same for all messages of a case: programs put together what bears the same subject."""
    words = f"Re: {written.title}" if written.title else written.subject
    return f"{marked(written.case_id)} {' '.join(words.split())[:200]}"
