"""A port of this machine that takes messages over SMTP: 250 is said when the message is sealed in INTAKE, not before.

It runs in the loop of the process and ends with it. A message whose 250 got lost is sent again and known by INTAKE.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from services.intake.mail.storing import store
from shared.files.port import LIMIT
from shared.runtime.settings import BadSetting
from shared.store.port import StoreUnavailable
from shared.store.raw import RawMessages

HOST = "127.0.0.1"
LONGEST_LINE = 1024 * 1024
"""Bytes of a line; the 998 of the standard are not kept by every program, and no message is lost for that."""
FINISHING = 5.0
"""Seconds that messages being taken have at a stop."""
TAKEN = "250 2.0.0 stored"
LATER = "451 4.3.0 cannot be stored now, try again"
FULL = b"421 4.3.2 too many sessions, try again\r\n"
OVER = b"421 4.4.2 the time of this session is up, try again\r\n"
_log = structlog.get_logger(__name__)
# It notes what clients say, and with that addresses.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class Limits(Struct, frozen=True):
    """What callers may take: `sessions` at once, `seconds` in each, `size` of a message in bytes."""

    sessions: int = 20
    seconds: float = 600
    size: int = LIMIT


class Desk:
    """Takes what has been sent; the sessions that are open, and those that are in the middle of a message."""

    def __init__(self, raw: RawMessages, limits: Limits) -> None:
        self._raw = raw
        self.limits = limits
        self.sessions: set[Conversation] = set()
        self.busy: set[asyncio.Task[Any]] = set()

    def answer(self) -> asyncio.BaseProtocol:
        """Whoever talks with the next caller. The place is taken here: many may call in one round of the loop."""
        if len(self.sessions) >= self.limits.sessions:
            _log.warning("mail_session_refused", way="smtp", reason="too many sessions")
            return Refusal()
        conversation = Conversation(self)
        self.sessions.add(conversation)
        return conversation

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """One message for any number of recipients; what to answer."""
        content = envelope.original_content or b""
        try:
            stored, is_new = await store(self._raw, content)
        except StoreUnavailable as error:
            _log.warning("mail_not_taken", way="smtp", reason=str(error))
            return LATER
        except Exception as error:
            # The outermost loop of this way in: the sender keeps the message and tries again.
            _log.error("mail_port_defect", kind=type(error).__name__, exc_info=error)
            return LATER
        _log.info("mail_taken", way="smtp", sequence=stored.sequence, is_new=is_new)
        return TAKEN

    async def leave(self) -> None:
        """Let messages that are being taken come to their end, for a while, then hang up."""
        if self.busy:
            await asyncio.wait(self.busy, timeout=FINISHING)
        for session in tuple(self.sessions):
            session.hang_up()
        # Transports are closed by the loop's next round.
        await asyncio.sleep(0)


def say_last(transport: asyncio.BaseTransport, words: bytes) -> None:
    """Say this and hang up. It is no `isinstance`: the transports of uvloop are of no class of asyncio."""
    cast(asyncio.WriteTransport, transport).write(words)
    transport.close()


class Refusal(asyncio.Protocol):
    """Tells a caller that there is no place, and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody called in vain."""
        say_last(transport, FULL)


class Conversation(SMTP):
    """One session of SMTP that its desk knows of."""

    line_length_limit = LONGEST_LINE

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            data_size_limit=desk.limits.size,
            enable_SMTPUTF8=True,
            hostname="moldcare",
            ident="Moldcare",
            loop=asyncio.get_running_loop(),
        )
        self._desk = desk
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody called."""
        super().connection_made(transport)
        # Beside the library's own limit on silence: one who says a little all the time would stay for ever.
        self._end = asyncio.get_running_loop().call_later(self._desk.limits.seconds, self._time_is_up)

    def connection_lost(self, error: Exception | None) -> None:
        """Somebody is gone."""
        self._desk.sessions.discard(self)
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take a message up to and with the answer."""
        taking = asyncio.ensure_future(super().smtp_DATA(arg))
        self._desk.busy.add(taking)
        taking.add_done_callback(self._desk.busy.discard)
        await taking

    def _time_is_up(self) -> None:
        _log.warning("mail_session_refused", way="smtp", reason="time is up")
        if self.transport is not None:
            say_last(self.transport, OVER)

    def hang_up(self) -> None:
        """End it from our side, after what was said already."""
        if self.transport is not None:
            self.transport.close()


@asynccontextmanager
async def listening(port: int, raw: RawMessages, limits: Limits | None = None) -> AsyncIterator[None]:
    """Messages are taken on this port while this is entered. Raises: BadSetting when the port is taken."""
    desk = Desk(raw, limits or Limits())
    try:
        server = await asyncio.get_running_loop().create_server(desk.answer, HOST, port)
    except OSError:
        raise BadSetting(
            f"MOLDCARE_SMTP_PORT: 端口 {port} 已被占用 / MOLDCARE_SMTP_PORT: port {port} is taken"
        ) from None
    try:
        yield
    finally:
        server.close()
        await desk.leave()
