"""Hands one message over to the mail server, and says what that came to.

Up to the first byte of the message nothing can have been sent; from there to the server's answer nobody knows.
"""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from enum import StrEnum

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientRefused, SMTPResponseException
from msgspec import Struct

from shared.mail.codes import code_of
from shared.mail.relay import Relay


class End(StrEnum):
    """How handing over ended."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class HandedOver(Struct, frozen=True):
    """The end, and the server's code for it; never its words, which may name people.

    `REFUSED` is final for this message; `LATER` may be tried again; `UNKNOWN`: it may have been taken;
    `DROPPED`: it was not to be sent any more.
    """

    end: End
    code: str


Begins = Callable[[], Awaitable[bool]]
"""Called when the next byte is the message's: notes that, and says whether it is still to be sent."""


async def hand_over(relay: Relay, message: EmailMessage, to: str, begins: Begins) -> HandedOver:
    """One message to one recipient."""
    client = SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.security == "tls",
        start_tls=relay.security == "starttls",
        username=relay.user or None,
        password=relay.password or None,
        local_hostname=relay.domain,
        timeout=relay.patience,
    )
    try:
        return await _handed_over(client, relay, message, to, begins)
    finally:
        client.close()


async def _handed_over(client: SMTP, relay: Relay, message: EmailMessage, to: str, begins: Begins) -> HandedOver:
    try:
        await client.connect()
        await client.ehlo()
        needs_utf8 = not to.isascii()
        if needs_utf8 and not client.supports_extension("smtputf8"):
            return HandedOver(End.REFUSED, "SMTPUTF8")
        await client.mail(relay.sender, options=["SMTPUTF8"] if needs_utf8 else [])
        await client.rcpt(to, encoding="utf-8")
    except SMTPRecipientRefused as refusal:
        return _judged(refusal)
    except (SMTPException, OSError) as away:
        # A server that does not let us in, or not under our address, is set right by an operator: nothing is lost.
        return HandedOver(End.LATER, code_of(away))
    if not await begins():
        return HandedOver(End.DROPPED, "")
    try:
        answer = await client.data(message.as_bytes(policy=WIRE.clone(utf8=needs_utf8)))
    except SMTPDataError as refusal:
        return _judged(refusal)
    except (SMTPException, OSError) as lost:
        return HandedOver(End.UNKNOWN, code_of(lost))
    return HandedOver(End.TAKEN, f"SMTP-{answer.code}")


def _judged(refusal: SMTPResponseException) -> HandedOver:
    return HandedOver(End.REFUSED if refusal.code >= 500 else End.LATER, code_of(refusal))
