"""The connection to NATS: reconnects for ever, logs what the server refuses, hands bulk replies over undecoded."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.subscription import Subscription

Sink = Callable[[bytes, bytes, bytes, bytes], None]
"""Takes one message as it came: subject, reply, payload and the header block (empty when there is none)."""

_log = structlog.get_logger(__name__)


class NatsAccess(Protocol):
    """Where the servers are (addresses separated by commas) and who we are there."""

    @property
    def nats_url(self) -> str: ...
    @property
    def nats_user(self) -> str: ...
    @property
    def nats_password(self) -> str: ...
    @property
    def inbox_prefix(self) -> str: ...


class Connection(Client):
    """A client of nats-py that can also deliver messages raw.

    nats-py parses every header block and queues every message for a task; for a log that is read by the million
    this costs more than decoding the events. A sink is called by the read loop itself, so it must not block.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sinks: dict[int, Sink] = {}
        self._changes: set[Callable[[], None]] = set()

    async def divert(self, subject: str, sink: Sink) -> Subscription:
        """Subscribe with a sink in the place of a callback; end it by `end`."""
        subscription = await self.subscribe(subject, cb=_unused)
        self._sinks[subscription._id] = sink
        return subscription

    async def end(self, subscription: Subscription) -> None:
        """End a diverted subscription, also on a connection that is gone."""
        self._sinks.pop(subscription._id, None)
        if not self.is_closed and not self.is_draining:
            await subscription.unsubscribe()

    def when_lost(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call this whenever the connection is lost or closed; answers what undoes it."""
        self._changes.add(call)
        return lambda: self._changes.discard(call)

    def lost(self) -> None:
        """Tell everybody who waits for an answer that it will not come."""
        for call in tuple(self._changes):
            call()

    # Hazard: nats-py swallows a cancellation that arrives while it hands over what is to be sent, and whoever was to
    # end goes on. A method of its own too.
    async def _flush_pending(self, force_flush: bool = False) -> Any:
        task = asyncio.current_task()
        asked_before = task.cancelling() if task is not None else 0
        flushed = await super()._flush_pending(force_flush)
        if task is not None and task.cancelling() > asked_before:
            raise asyncio.CancelledError
        return flushed

    # Hazard: this is nats-py's own hook between its parser and its queues; uv.lock pins the version, and the
    # contract suite fails at once if it moves.
    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        sink = self._sinks.get(sid)
        if sink is None:
            await super()._process_msg(sid, subject, reply, data, headers)
        else:
            sink(subject, reply, data, headers or b"")


async def _unused(_: Any) -> None:
    """A diverted subscription delivers nothing here."""


async def connect(access: NatsAccess, *, name: str, patience: float = 10.0) -> Connection:
    """A connection that never gives up once it stood. `patience` is for the first time [s]; Raises: ConnectionError."""
    client = Connection()
    told: list[str] = []

    async def troubled(error: Exception) -> None:
        # A refused subject shows here only; whoever asked just sees a timeout. An outage says the same again and again.
        said = str(error) or type(error).__name__
        if said not in told:
            told.append(said)
            _log.warning("nats_trouble", connection=name, error=said)

    async def left() -> None:
        client.lost()

    async def back() -> None:
        told.clear()

    try:
        async with asyncio.timeout(patience):
            await client.connect(
                servers=[url.strip() for url in access.nats_url.split(",")],
                name=name,
                user=access.nats_user or None,
                password=access.nats_password or None,
                inbox_prefix=access.inbox_prefix,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.2,  # type: ignore[arg-type]
                connect_timeout=5,
                error_cb=troubled,
                disconnected_cb=left,
                reconnected_cb=back,
                closed_cb=left,
            )
            await client.flush()
    except (TimeoutError, OSError, nats.errors.Error) as error:
        await client.close()
        raise ConnectionError(f"no NATS server takes us at {access.nats_url}: {_reason(told, error)}") from error
    return client


def _reason(told: Sequence[str], error: Exception) -> str:
    """Why there is no connection. After a refused password the server may also reset it: the refusal says more."""
    refused = [said for said in told if "Authorization" in said]
    return (refused or told or [str(error)])[-1]


async def end(client: Client) -> None:
    """End a connection, also one whose server is away."""
    # nats-py writes what still waits to a transport that is closed already, which uvloop refuses.
    with suppress(RuntimeError, OSError):
        await client.close()
