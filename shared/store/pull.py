"""One ephemeral pull consumer and the messages it has delivered: two requests in flight, no acknowledgements."""

import asyncio
from contextlib import suppress
from itertools import count
from uuid import uuid4

import msgspec
import nats.errors
from nats.aio.subscription import Subscription

from shared.store.connection import Connection
from shared.store.inbox import Inbox
from shared.store.wire import number, status_of

BATCH = 5000
EXPIRES = 30.0
HEARTBEAT = 1.0
"""The server says this often that it is there when it has nothing to deliver [s]."""
SILENCE = 3.0
"""So long without a message or a heartbeat, and the consumer is given up [s]."""
QUIET = 2.0
"""So long without a message, and whoever takes is told so: is there nothing, or nothing that can be given [s]?"""
IDLE, EXPIRED = 100, 408
_NANO = 1_000_000_000

Delivered = tuple[int, bytes, bytes, bytes]
"""Position in the stream, subject, payload, header block."""


class Interrupted(Exception):
    """The consumer is gone, or a delivery was lost on the way: make another one. No loss of events."""


class Pull:
    """Delivers the stream from position `after + 1`, in order, as long as the server and the connection stay."""

    def __init__(self, client: Connection, stream: str, after: int) -> None:
        self._client = client
        self._stream = stream
        self._after = after
        self._name = f"reader-{uuid4().hex}"
        self._inbox = client.new_inbox()
        self._requests = count(1)
        self._outstanding = 0
        self._delivered = 0
        self._left = False
        self._waiting: list[Delivered] = []
        self._news = asyncio.Event()
        self._heard = 0.0
        self._came = 0.0
        self._broken = ""
        self._subscription: Subscription | None = None
        self._forget = client.when_lost(lambda: self._break("the connection was lost"))

    async def start(self, answers: Inbox, timeout: float) -> None:
        """Create the consumer and ask for the first events. Raises: Interrupted, OSError, nats.errors.Error."""
        self._subscription = await self._client.divert(f"{self._inbox}.*", self._take)
        reply, answer = answers.ask()
        try:
            async with asyncio.timeout(timeout):
                subject = f"$JS.API.CONSUMER.CREATE.{self._stream}.{self._name}"
                await self._client.publish(subject, self._configuration(), reply=reply)
                block, payload = await answer
        except TimeoutError:
            raise Interrupted("no answer to the creation of a consumer") from None
        finally:
            answer.cancel()
        if status_of(block) or b'"error"' in payload:
            raise Interrupted(f"no consumer: {status_of(block) or payload.decode()}")
        await self._request()

    async def close(self) -> None:
        """Stop, and take the consumer away; one that cannot be reached goes by itself."""
        self._forget()
        # A failure here would stand in the place of what ends the reading, a cancellation too.
        with suppress(OSError, nats.errors.Error):
            if self._subscription is not None:
                await self._client.end(self._subscription)
            if self._client.is_connected:
                await self._client.publish(f"$JS.API.CONSUMER.DELETE.{self._stream}.{self._name}")

    async def take(self) -> list[Delivered]:
        """What has been delivered since, at most 5,000 messages; none when it has been quiet. Raises: Interrupted.

        As long as the server says that more is coming, a full batch is worth waiting for.
        """
        self._came = _now()
        while not self._waiting or (len(self._waiting) < BATCH and self._left and not self._broken):
            if self._broken:
                raise Interrupted(self._broken)
            if _now() - self._came > QUIET:
                break
            await self._request()
            self._news.clear()
            try:
                async with asyncio.timeout(SILENCE / 2):
                    await self._news.wait()
            except TimeoutError:
                if _now() - self._heard > SILENCE:
                    raise Interrupted("the server has fallen silent") from None
        taken, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        await self._request()
        return taken

    async def _request(self) -> None:
        """Keep up to two batches asked for or waiting here, so that the next travels while one is worked on."""
        while self._outstanding + len(self._waiting) <= BATCH:
            self._outstanding += BATCH
            self._heard = _now()
            wanted = {"batch": BATCH, "expires": int(EXPIRES * _NANO), "idle_heartbeat": int(HEARTBEAT * _NANO)}
            await self._client.publish(
                f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._name}",
                msgspec.json.encode(wanted),
                reply=f"{self._inbox}.{next(self._requests)}",
            )

    def _take(self, subject: bytes, reply: bytes, payload: bytes, block: bytes) -> None:
        self._heard = _now()
        status = status_of(block)
        if status == 0 and reply:
            self._deliver(subject, reply, payload, block)
        elif status == EXPIRED:
            self._outstanding -= number(block, b"Nats-Pending-Messages")
        elif status != IDLE:
            self._break(f"the server ended the request with {status}")
        self._news.set()

    def _deliver(self, subject: bytes, reply: bytes, payload: bytes, block: bytes) -> None:
        # $JS.ACK.<stream>.<consumer>.<tries>.<position>.<delivery>.<time>.<left>; a later form has domain and account
        # in front and a random word behind.
        tokens = reply.split(b".")
        at = 5 if len(tokens) == 9 else 7
        self._outstanding -= 1
        self._delivered += 1
        self._left = tokens[at + 3] != b"0"
        if int(tokens[at + 1]) != self._delivered:
            self._break("a delivery was lost on the way")
        elif not self._broken:
            self._came = self._heard
            self._waiting.append((int(tokens[at]), subject, payload, block))

    def _break(self, reason: str) -> None:
        self._broken = self._broken or reason
        self._news.set()

    def _configuration(self) -> bytes:
        return msgspec.json.encode(
            {
                "stream_name": self._stream,
                "action": "create",
                "config": {
                    "name": self._name,
                    "deliver_policy": "by_start_sequence",
                    "opt_start_seq": self._after + 1,
                    "ack_policy": "none",
                    "replay_policy": "instant",
                    "max_waiting": 8,
                    "inactive_threshold": 30 * _NANO,
                    "mem_storage": True,
                    "num_replicas": 1,
                },
            }
        )


def _now() -> float:
    return asyncio.get_running_loop().time()
