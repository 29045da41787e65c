"""Raw bytes of a message into what a report needs. What is broken in one part never costs another part.

The policy is the old one on purpose: it only cuts the message into parts, and reading a field never raises.
"""

import email
import email.errors
import email.policy
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import Message

from msgspec import Struct

from services.intake.mail.charset import cleaned, decoded, one_line
from services.intake.mail.headers import addresses, message_id, raw_field, received_at, text_of
from services.intake.mail.html_text import text_of_html
from services.intake.mail.kinds import Listing, listing_of
from services.intake.mail.part import content_of, file_name, name_of, text_in, undecoded, unwrapped
from services.intake.mail.quotation import new_text
from services.intake.mail.threads import Thread, returned_by, thread_of

PARSER_FAULTS = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    RecursionError,
    email.errors.MessageError,
)
"""What the standard library is known to raise on messages that are not as they should be."""

_FIELDS = ("From", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "To", "Received", "Return-Path")
READ = 200_000
"""Characters of a text that are searched for quotations; what follows is in the raw message."""
_LONGEST_HEAD = 1024 * 1024
_END_OF_HEAD = re.compile(rb"\n\r?\n|\r\r")
_EPOCH = datetime.fromtimestamp(0, UTC)
_JUNK = re.compile(rb"^(\xef\xbb\xbf|[\r\n\t ]+)+")


class Unreadable(Exception):
    """These bytes are no message. The text says why and nothing of the content."""


class Enclosure(Struct, frozen=True):
    """A file within a message, under the name it came with."""

    name: str
    media_type: str
    content: bytes


class Parsed(Struct, frozen=True):
    """A message as far as it could be read; what could not is empty. `faults` counts the parts that broke.

    `thread` is the case whose letter it answers, or brings back.
    """

    message_id: str
    sender_name: str
    sender_address: str
    mailbox: str
    subject: str
    text: str
    received_at: datetime
    enclosures: tuple[Enclosure, ...]
    listing: Listing | None
    faults: int = 0
    thread: Thread | None = None


def parse(raw: bytes, stored_at: datetime) -> Parsed:
    """The message in these bytes. Raises: Unreadable when there is none."""
    message = _message(raw)
    try:
        bodies, enclosures, broken = _parts(message)
        text = new_text("\n\n".join(bodies)[:READ])
    except PARSER_FAULTS as error:
        raise Unreadable(f"the parts cannot be read ({type(error).__name__})") from error
    fields = _Fields(message)
    sender = fields.people("From") or fields.people("Sender") or fields.people("Reply-To") or [("", "")]
    mailbox = fields.people("To") or [("", "")]
    listing = fields.read(listing_of, None)
    thread = fields.read(returned_by if listing == "bounce" else thread_of, None)
    return Parsed(
        fields.read(message_id, ""),
        one_line(sender[0][0], 100),
        sender[0][1][:254],
        mailbox[0][1][:100],
        one_line(fields.read(lambda one: text_of(raw_field(one, "Subject")), ""), 500),
        text,
        fields.read(lambda one: received_at(one, stored_at), stored_at),
        tuple(enclosures),
        listing,
        broken + fields.faults,
        thread,
    )


class _Fields:
    """The fields of a message; one that cannot be read is counted, and costs no other."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self.faults = 0

    def people(self, name: str) -> list[tuple[str, str]]:
        """(name, address) of everybody in a field."""
        nobody: list[tuple[str, str]] = []
        return self.read(lambda message: addresses(message, name), nobody)

    def read[T](self, ask: Callable[[Message], T], default: T) -> T:
        """What a field says, or the default."""
        try:
            return ask(self._message)
        except PARSER_FAULTS:
            self.faults += 1
            return default


def key_of(raw: bytes) -> str:
    """The Message-ID of these bytes, stripped; empty when there is none or nothing can be read."""
    head = _END_OF_HEAD.split(_JUNK.sub(b"", raw[:_LONGEST_HEAD]), maxsplit=1)[0]
    try:
        return message_id(_message(head))
    except (Unreadable, *PARSER_FAULTS):
        return ""


def is_same(first: bytes, second: bytes) -> bool:
    """Whether two messages say the same; ways of delivery and line ends differ when one is sent or saved twice."""
    try:
        # Received before there was mail: so both say the same time, whichever way each came.
        said = [parse(raw.replace(b"\r\n", b"\n"), _EPOCH) for raw in (first, second)]
    except Unreadable:
        return first == second
    return said[0] == said[1]


def _message(raw: bytes) -> Message:
    try:
        message = email.message_from_bytes(_JUNK.sub(b"", raw), policy=email.policy.compat32)
    except PARSER_FAULTS as error:
        raise Unreadable(f"the parts cannot be told apart ({type(error).__name__})") from error
    if not any(raw_field(message, name).strip() for name in _FIELDS):
        raise Unreadable("no field of a mail header at its beginning")
    return message


def _parts(message: Message) -> tuple[list[str], list[Enclosure], int]:
    """Texts to read, files, and the number of parts that could not be taken."""
    bodies: list[str] = []
    enclosures: list[Enclosure] = []
    faults = 0
    for part in _leaves(message):
        try:
            _take(part, part is message, bodies, enclosures)
        except PARSER_FAULTS:
            faults += 1
            _take_as_it_stands(part, enclosures)
    return bodies, enclosures, faults


def _leaves(message: Message) -> Iterator[Message]:
    """Parts that hold content. Of alternatives the plain text is taken, else the last that can be shown."""
    kind = message.get_content_type()
    children = message.get_payload() if message.is_multipart() else None
    if kind == "message/rfc822" or not isinstance(children, list):
        yield message
    elif kind == "multipart/alternative":
        yield from _chosen([one for one in children if isinstance(one, Message)])
    else:
        for child in children:
            if isinstance(child, Message):
                yield from _leaves(child)


def _chosen(alternatives: list[Message]) -> Iterator[Message]:
    plain = next((one for one in alternatives if one.get_content_type() == "text/plain" and _says_something(one)), None)
    if plain is not None:
        alternatives = [plain, *(one for one in alternatives if one is not plain and not _is_shown_instead(one))]
    for one in alternatives:
        yield from _leaves(one)


def _says_something(part: Message) -> bool:
    try:
        return bool(text_in(part).strip())
    except PARSER_FAULTS:
        return False


def _is_shown_instead(part: Message) -> bool:
    """HTML beside plain text says the same; files within its `related` group do not."""
    return part.get_content_type() == "text/html"


def _take(part: Message, is_whole: bool, bodies: list[str], enclosures: list[Enclosure]) -> None:
    kind, name = part.get_content_type(), name_of(part)
    is_file = (part.get_content_disposition() or "") == "attachment"
    if kind == "message/rfc822":
        enclosures.append(_forwarded(part, name))
        return
    if kind in {"text/plain", "text/html"} and not is_file:
        text = text_in(part)
        shown = text_of_html(text) if kind == "text/html" else unwrapped(part, text)
        if shown not in bodies:
            bodies.append(shown)
        if not name:
            return
    content = content_of(part)
    if content and not (is_whole and kind.startswith("multipart/")):
        enclosures.append(Enclosure(name or f"attachment-{len(enclosures) + 1}", kind, content))
    elif content:
        # A multipart whose boundary never comes: its text is all there is.
        bodies.append(cleaned(decoded(content, None)))


def _take_as_it_stands(part: Message, enclosures: list[Enclosure]) -> None:
    """A part that breaks is kept undecoded, so that a person can look at it."""
    content = undecoded(part)
    if content.strip():
        enclosures.append(Enclosure(f"attachment-{len(enclosures) + 1}", "application/octet-stream", content))


def _forwarded(part: Message, name: str) -> Enclosure:
    """A message within the message, kept whole; its text is not the sender's own."""
    children = part.get_payload()
    if not isinstance(children, list) or not children or not isinstance(children[0], Message):
        raise ValueError("no message inside")
    inner = children[0]
    title = one_line(text_of(raw_field(inner, "Subject")), 200)
    return Enclosure(name or f"{file_name(title) or 'message'}.eml", "message/rfc822", inner.as_bytes())
