"""The whole log in order, verified: contiguous positions, versions, hash chain, header copies."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing

import nats.errors
import structlog

from shared.events.envelope import IntegrityError, Recorded
from shared.store.chain import ChainHeads
from shared.store.connection import Connection
from shared.store.direct_get import LAG, PAUSE, DirectGet
from shared.store.inbox import Inbox
from shared.store.port import StoreUnavailable
from shared.store.pull import Delivered, Interrupted, Pull
from shared.store.wire import agree

SLICE = 250
"""So many events are decoded before the loop may do something else: about 5 ms."""
PATIENCE = 10.0
"""How long a reader that does not follow goes on without an event [s]."""
REPLY = 2.0
"""How long a reader waits for one answer before it asks again: a request during an election is never answered [s]."""

Last = Callable[[], Awaitable[int]]
Holds = Callable[[int], Awaitable[bool]]
MakeSure = Callable[[], Awaitable[None]]
_log = structlog.get_logger(__name__)


class LogReader:
    """Reads from position `after + 1`. What is asked of the leader is handed in: see the store."""

    def __init__(
        self,
        client: Connection,
        inbox: Inbox,
        direct: DirectGet,
        *,
        stream: str,
        timeout: float,
        last: Last,
        holds: Holds,
        make_sure_of_all: MakeSure,
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._direct = direct
        self._stream = stream
        self._timeout = timeout
        self._last = last
        self._holds = holds
        self._make_sure_of_all = make_sure_of_all

    async def batches(self, after: int, *, follow: bool) -> AsyncIterator[list[Recorded]]:
        """As the port says of `read`. A consumer that is lost is replaced where it stood."""
        end = await self._end(after, self._timeout)
        chain, tail, is_back = ChainHeads(is_whole=after == 0), None, False
        patience = _now() + PATIENCE
        while follow or after < end:
            try:
                if is_back:
                    await self._make_sure_of_all()
                async with aclosing(self._stretch(chain, after, tail)) as stretch:
                    async for batch in stretch:
                        tail, after, patience = batch[-1], batch[-1].sequence, _now() + PATIENCE
                        yield batch
                        if not follow and after >= end:
                            return
            except (Interrupted, StoreUnavailable, OSError, nats.errors.Error) as error:
                if self._client.is_closed or (not follow and _now() > patience):
                    raise StoreUnavailable(str(error)) from error
                _log.info("log_reader_resumes", after=after, reason=str(error))
                is_back = True
                await asyncio.sleep(PAUSE)

    async def _stretch(self, chain: ChainHeads, after: int, tail: Recorded | None) -> AsyncGenerator[list[Recorded]]:
        """What one consumer delivers. Raises: Interrupted and whatever the connection suffers.

        `tail` is the event at `after` if it was read: it is read again, for a server that was away may have cut the
        log, and others may have appended since.
        """
        if not self._client.is_connected:
            raise Interrupted("not connected to NATS")
        await self._end(after, REPLY)
        after = after - 1 if tail is not None else after
        pull = Pull(self._client, self._stream, after)
        try:
            await pull.start(self._inbox, REPLY)
            while True:
                batch = await self._decoded(await self._delivered(pull, after), after)
                after = batch[-1].sequence
                if tail is not None:
                    _same(tail, batch.pop(0))
                    tail = None
                if batch:
                    await self._verify(chain, batch)
                    yield batch
        finally:
            await pull.close()

    async def _delivered(self, pull: Pull, after: int) -> list[Delivered]:
        """The next messages. Raises: IntegrityError for some that the server cannot give, Interrupted."""
        quiet = 0
        while not (delivered := await pull.take()):
            quiet = quiet + 1 if await self._goes_on(after) else 0
            if quiet > 1:
                raise Interrupted("the consumer has stopped to deliver")
        return delivered

    async def _goes_on(self, after: int) -> bool:
        """Whether the log holds something behind `after`. Raises: IntegrityError when it counts it and has it not."""
        deadline = _now() + LAG
        while (end := await self._end(after, REPLY)) > after:
            if await self._holds(after + 1):
                return True
            # The server delivers nothing behind a message that its own checksum finds damaged, and says nothing.
            if _now() > deadline:
                raise IntegrityError(f"the log has a gap: position {after + 1} of {end} cannot be read")
            await asyncio.sleep(PAUSE)
        return False

    async def _end(self, after: int, reply: float) -> int:
        """Where the log ends now. Raises: IntegrityError when it ends before `after`, StoreUnavailable."""
        deadline = _now() + self._timeout
        while True:
            try:
                async with asyncio.timeout(reply):
                    end = await self._last()
            except TimeoutError as error:
                raise StoreUnavailable("nobody says where the log ends") from error
            if end >= after:
                return end
            # A leader elected a moment ago may not have applied all yet; a log that has lost its tail stays short.
            if _now() > deadline:
                raise IntegrityError(f"the log ends at {end}, but position {after} has been read before")
            await asyncio.sleep(PAUSE)

    async def _decoded(self, delivered: Sequence[Delivered], after: int) -> list[Recorded]:
        batch: list[Recorded] = []
        for sequence, subject, payload, block in delivered:
            after += 1
            if sequence != after:
                raise IntegrityError(f"the log has a gap: position {sequence} follows {after - 1}")
            recorded = Recorded(sequence, subject.decode(), payload)
            agree(recorded, block)
            batch.append(recorded)
            if len(batch) % SLICE == 0:
                await asyncio.sleep(0)
        return batch

    async def _verify(self, chain: ChainHeads, batch: list[Recorded]) -> None:
        """Look up the predecessors that this reader has not passed, then check the batch."""
        unknown = chain.unknown(batch)
        if unknown:
            chain.learn(await self._predecessors(unknown, batch[0].sequence - 1))
        chain.verify(batch)

    async def _predecessors(self, firsts: dict[str, Recorded], until: int) -> list[Recorded]:
        deadline = _now() + LAG
        while True:
            found = await self._direct.last_of(list(firsts), until)
            late = [one for one in firsts.values() if _version(found.get(one.subject)) < one.meta.version - 1]
            # A replica may lag behind what the consumer delivers; what is missing for good is a broken chain.
            if not late or _now() > deadline:
                return list(found.values())
            await asyncio.sleep(PAUSE)


def _same(read: Recorded, found: Recorded) -> None:
    """Check that the event read last still stands where it stood. Raises: IntegrityError."""
    if (found.subject, found.hash) != (read.subject, read.hash):
        raise IntegrityError(f"position {read.sequence} holds another event than when it was read")


def _version(recorded: Recorded | None) -> int:
    return recorded.meta.version if recorded is not None else 0


def _now() -> float:
    return asyncio.get_running_loop().time()
