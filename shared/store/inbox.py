"""One subscription for many answers: each question gets a token of its own, no task and no subscription."""

from asyncio import Future, get_running_loop
from collections.abc import Callable
from itertools import count

from shared.store.connection import Connection

Answer = tuple[bytes, bytes]
"""Header block and payload."""
Taker = Callable[[bytes, bytes], None]


class Inbox:
    """Answers by token. Start it before use, close it at the end."""

    def __init__(self, client: Connection) -> None:
        self._client = client
        self._prefix = client.new_inbox()
        self._tokens = count(1)
        self._takers: dict[bytes, Taker] = {}
        self._waiting: dict[bytes, Future[Answer]] = {}

    async def start(self) -> None:
        """Subscribe, and see to it that the server knows before the first question."""
        self._subscription = await self._client.divert(f"{self._prefix}.*", self._take)
        self._forget = self._client.when_lost(self._lost)
        await self._client.flush()

    async def close(self) -> None:
        """End the subscription; whoever still waits gets a ConnectionError."""
        self._forget()
        self._lost()
        await self._client.end(self._subscription)

    def ask(self) -> tuple[str, Future[Answer]]:
        """A reply subject for one answer, and the answer: ConnectionError when the connection was lost."""
        token = str(next(self._tokens))
        future: Future[Answer] = get_running_loop().create_future()
        key = token.encode()
        self._waiting[key] = future
        future.add_done_callback(lambda _: self._waiting.pop(key, None))
        return f"{self._prefix}.{token}", future

    def collect(self, take: Taker) -> tuple[str, Future[Answer]]:
        """A reply subject for many answers: each goes to `take`, until the future is done."""
        reply, future = self.ask()
        key = reply.rsplit(".", 1)[1].encode()
        self._takers[key] = take
        future.add_done_callback(lambda _: self._takers.pop(key, None))
        return reply, future

    def _take(self, subject: bytes, _: bytes, payload: bytes, block: bytes) -> None:
        token = subject[len(self._prefix) + 1 :]
        take = self._takers.get(token)
        if take is not None:
            take(block, payload)
            return
        future = self._waiting.get(token)
        if future is not None and not future.done():
            future.set_result((block, payload))

    def _lost(self) -> None:
        for future in tuple(self._waiting.values()):
            if not future.done():
                future.set_exception(ConnectionError("the connection to NATS was lost"))
