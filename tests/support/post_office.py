"""A real mail server of a test: it keeps what it takes, and answers as the test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


async def nothing() -> None:
    """What a server does by itself when it took a message."""


class PostOffice:
    """`taken` are the messages for which 250 was said. `answers` are given instead of it, one a message, by command;
    None hangs up without a word after the message was taken."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: dict[str, list[str | None]] = {"RCPT": [], "DATA": []}
        self.environment: dict[str, str] = {}
        self.when_taken: Callable[[], Awaitable[None]] = nothing
        """Called when a message was taken and before anybody is told."""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """One recipient."""
        answer = self._next("RCPT")
        if answer == "250 ok":
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """One message."""
        scripted = self.answers["DATA"].pop(0) if self.answers["DATA"] else "250 ok"
        if scripted is None or scripted.startswith("250"):
            found = message_from_bytes(envelope.content or b"", policy=default)
            assert isinstance(found, EmailMessage)
            self.taken.append(found)
            self.recipients += envelope.rcpt_tos
            await self.when_taken()
        if scripted is None:
            server.transport.abort()  # type: ignore[union-attr]
            return "421 gone"
        return scripted

    def _next(self, command: str) -> str:
        waiting = self.answers[command]
        return (waiting.pop(0) if waiting else None) or "250 ok"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs that were taken."""
        return [str(one["Message-ID"]) for one in self.taken]


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """A mail server on a free port; its settings stand in `environment`."""
    office, loop = PostOffice(), asyncio.get_running_loop()
    protocols: list[SMTP] = []

    def conversation() -> SMTP:
        protocols.append(SMTP(office, loop=loop, enable_SMTPUTF8=True, hostname="post.example"))
        return protocols[-1]

    server = await loop.create_server(conversation, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    office.environment = {
        "MOLDCARE_SMTP_HOST": f"127.0.0.1:{port}",
        "MOLDCARE_SMTP_TLS": "none",
        "MOLDCARE_SMTP_FROM": "service@mould.example",
        "MOLDCARE_SMTP_FROM_NAME": "模具售后",
    }
    try:
        yield office
    finally:
        server.close()
        for one in protocols:
            if one.transport is not None:
                one.transport.close()
        await asyncio.sleep(0)
