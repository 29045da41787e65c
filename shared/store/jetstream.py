"""The event store on JetStream: one stream, one literal subject per aggregate."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any, Self

import msgspec
import nats.errors
from msgspec import Struct

from shared.events.envelope import IntegrityError, Recorded, subject_of
from shared.store.connection import Connection
from shared.store.direct_get import PAUSE, DirectGet
from shared.store.inbox import Inbox
from shared.store.jetstream_append import Appender, Fault
from shared.store.jetstream_read import LogReader
from shared.store.port import NOTHING_YET, Draft, Head, StoreUnavailable

STREAM = "EVENTS"
TIMEOUT = 5.0
"""How long one answer of the server may take [s]; an election of a new leader takes about as long."""
NOT_FOUND = 404


class StoredMessage(Struct, frozen=True):
    """The only part of a stored message that is asked for here."""

    seq: int


class StreamState(Struct, frozen=True):
    """Where a stream ends, and how many messages it counts."""

    messages: int
    last_seq: int


class ApiAnswer(Struct, frozen=True):
    """An answer of the JetStream API, as far as it is read here."""

    error: Fault | None = None
    message: StoredMessage | None = None
    state: StreamState | None = None


_decode = msgspec.json.Decoder(ApiAnswer).decode


class JetStreamStore:
    """The port on a connection that the caller opens and closes. Use it as a context, or start and close it."""

    def __init__(self, client: Connection, *, stream: str = STREAM, timeout: float = TIMEOUT) -> None:
        self._client = client
        self._stream = stream
        self._timeout = timeout
        self._inbox = Inbox(client)
        self._appender = Appender(client, self._inbox, stream, timeout)
        self._direct = DirectGet(client, self._inbox, stream, timeout)
        self._reader = LogReader(
            client,
            self._inbox,
            self._direct,
            stream=stream,
            timeout=timeout,
            last=self.last,
            holds=self._holds,
            make_sure_of_all=self.make_sure_of_all,
        )

    async def start(self) -> Self:
        """Subscribe for answers. Raises: nats.errors.Error when the connection is closed."""
        await self._inbox.start()
        return self

    async def close(self) -> None:
        """Stop listening for answers; the connection stays open."""
        await self._inbox.close()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def load(self, subject: str, after: Head = NOTHING_YET, until: int = 0) -> list[Recorded]:
        """As the port says."""
        deadline = asyncio.get_running_loop().time() + self._timeout
        pause = 0.002
        while True:
            events = await self._direct.of_subject(subject, after.sequence + 1)
            if (events[-1].sequence if events else after.sequence) >= until:
                break
            if asyncio.get_running_loop().time() > deadline:
                raise StoreUnavailable(f"{subject}: no replica has reached position {until}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.1)
        version, hash = after.version, after.hash
        for recorded in events:
            recorded.follows(version, hash)
            version, hash = recorded.meta.version, recorded.hash
        return events

    async def of_kind(self, kind: str, after: int) -> AsyncIterator[list[Recorded]]:
        """As the port says."""
        subject = subject_of(kind, "*")
        until, deadline = await self.head(subject), asyncio.get_running_loop().time() + self._timeout
        while after < until:
            async with aclosing(self._direct.pages(subject, after + 1)) as pages:
                async for page in pages:
                    after, deadline = page[-1].sequence, asyncio.get_running_loop().time() + self._timeout
                    yield page
            if after < until:
                if asyncio.get_running_loop().time() > deadline:
                    raise StoreUnavailable(f"{subject}: no replica has reached position {until}")
                await asyncio.sleep(PAUSE)

    async def head(self, subject: str) -> int:
        """As the port says."""
        answer = await self._ask(f"STREAM.MSG.GET.{self._stream}", {"last_by_subj": subject})
        return answer.message.seq if answer.message is not None else 0

    async def append(self, draft: Draft, expected: int) -> int:
        """As the port says."""
        return await self._appender.append(draft, expected)

    async def append_batch(self, drafts: Sequence[Draft], expected: Sequence[int]) -> int:
        """As the port says."""
        return await self._appender.append_batch(drafts, expected)

    async def last(self) -> int:
        """As the port says."""
        return (await self._state()).last_seq

    async def make_sure_of_all(self) -> None:
        """As the port says."""
        state = await self._state()
        if state.messages != state.last_seq:
            # A server that reads a damaged file anew drops what it cannot read, and all behind it in that file.
            raise IntegrityError(f"the log has gaps: {state.messages} events up to position {state.last_seq}")

    def read(self, after: int, *, follow: bool = False) -> AsyncIterator[list[Recorded]]:
        """As the port says. Close it (`contextlib.aclosing`) when leaving it early: it owns a consumer."""
        return self._reader.batches(after, follow=follow)

    async def _state(self) -> StreamState:
        answer = await self._ask(f"STREAM.INFO.{self._stream}", {})
        if answer.state is None:
            raise StoreUnavailable(f"the stream {self._stream} does not exist")
        return answer.state

    async def _holds(self, position: int) -> bool:
        return (await self._ask(f"STREAM.MSG.GET.{self._stream}", {"seq": position})).message is not None

    async def _ask(self, name: str, question: dict[str, Any]) -> ApiAnswer:
        """Only the leader answers these. "Not found" is an answer, everything else that fails is not."""
        reply, future = self._inbox.ask()
        try:
            async with asyncio.timeout(self._timeout):
                await self._client.publish(f"$JS.API.{name}", msgspec.json.encode(question), reply=reply)
                _, payload = await future
            answer = _decode(payload)
        except (TimeoutError, OSError, nats.errors.Error, msgspec.DecodeError) as error:
            raise StoreUnavailable(f"{name}: {str(error) or 'no answer from JetStream'}") from error
        finally:
            future.cancel()
        if answer.error is not None and answer.error.code != NOT_FOUND:
            raise StoreUnavailable(f"{name}: {answer.error.description}")
        return answer
