"""What a message says, for the form that registers it as a case."""

from datetime import datetime
from typing import Any

from services.console.collections import MESSAGE_ROLES
from services.console.pages.forms.body import local
from services.console.reading import Reading
from services.console.sessions import Visitor
from shared.events.vocabulary import Channel

RAW = "raw:"


async def said_in_message(reading: Reading, visitor: Visitor, reference: str) -> dict[str, list[str]]:
    """The fields of a report that a message fills, by its reference `raw:<position>`; none when it may not be seen."""
    position = reference.removeprefix(RAW)
    is_one = reference.startswith(RAW) and position.isascii() and position.isdecimal() and len(position) < 19
    if not is_one or not visitor.has(*MESSAGE_ROLES):
        return {}
    async with reading.at(()) as (connection, _):
        found = await reading.read("message")(connection, reading.people, int(position))
        text = await reading.read("message_text")(connection, reading.people, int(position))
    return _filled(found, text) if found is not None else {}


def _filled(found: Any, text: str | None) -> dict[str, list[str]]:
    came: datetime = found.received_at or found.stored_at
    said = {
        "channel": Channel.EMAIL.value,
        "received_at": local(came),
        "contact_name": found.sender_name,
        "contact_email": found.sender_address,
        "message_subject": found.subject,
        "problem_description": text,
    }
    return {name: [value] for name, value in said.items() if value}
