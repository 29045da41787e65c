"""Batched Direct Get: the events of one subject, or the last events of many, without a consumer.

Any replica answers, so an answer may be older than what the leader has acknowledged.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import msgspec
import nats.errors

from shared.events.envelope import IntegrityError, Recorded
from shared.store.connection import Connection
from shared.store.inbox import Inbox
from shared.store.port import StoreUnavailable
from shared.store.wire import agree, header, number, status_of

PAGE = 1000
MOST_SUBJECTS = 1024
"""The server refuses to look up the last messages of more subjects at once."""
END, NOT_FOUND = 204, 404
LAG = 2.0
"""How long a replica may be behind what another one has told, before something counts as lost [s]."""
PAUSE = 0.05
"""Between two tries [s]."""

_encode = msgspec.json.Encoder().encode


class DirectGet:
    """Reads with one inbox of its own. `timeout` is how long one page may take [s]."""

    def __init__(self, client: Connection, inbox: Inbox, stream: str, timeout: float) -> None:
        self._client = client
        self._inbox = inbox
        self._api = f"$JS.API.DIRECT.GET.{stream}"
        self._timeout = timeout

    async def of_subject(self, subject: str, first: int) -> list[Recorded]:
        """The events of one subject from position `first` on. Raises: IntegrityError, StoreUnavailable."""
        return [recorded async for page in self.pages(subject, first) for recorded in page]

    async def pages(self, subject: str, first: int) -> AsyncGenerator[list[Recorded]]:
        """The same page by page, never an empty one; `subject` may be a pattern."""
        pending, deadline = 0, _now() + LAG
        while True:
            page, left = await self._page({"seq": first, "next_by_subj": subject, "batch": PAGE})
            if page:
                yield page
                first, pending, deadline = page[-1].sequence + 1, left, _now() + LAG
            if not pending:
                return
            if not page:
                # The server passes over what its own checksum finds damaged: it counts it and does not give it.
                if _now() > deadline:
                    raise IntegrityError(f"{subject}: {pending} of its events cannot be read")
                await asyncio.sleep(PAUSE)

    async def last_of(self, subjects: Sequence[str], until: int) -> dict[str, Recorded]:
        """The last event of each subject up to position `until`; a subject without one is absent.

        Raises: IntegrityError, StoreUnavailable.
        """
        found: dict[str, Recorded] = {}
        if until < 1:
            return found
        for start in range(0, len(subjects), MOST_SUBJECTS):
            wanted = subjects[start : start + MOST_SUBJECTS]
            while wanted:
                page, pending = await self._page({"multi_last": list(wanted), "up_to_seq": until, "batch": PAGE})
                found |= {recorded.subject: recorded for recorded in page}
                wanted = [subject for subject in wanted if subject not in found] if page and pending else []
        return found

    async def _page(self, question: dict[str, object]) -> tuple[list[Recorded], int]:
        """One page and how many events are left behind it."""
        events: list[Recorded] = []
        parts: list[tuple[bytes, bytes]] = []

        def take(block: bytes, payload: bytes) -> None:
            if not status_of(block):
                parts.append((block, payload))
            elif not end.done():
                end.set_result((block, payload))

        reply, end = self._inbox.collect(take)
        try:
            async with asyncio.timeout(self._timeout):
                await self._client.publish(self._api, _encode(question), reply=reply)
                block, _ = await end
        except (TimeoutError, OSError, nats.errors.Error) as error:
            raise StoreUnavailable(str(error) or "no answer from JetStream") from error
        finally:
            end.cancel()
        status = status_of(block)
        if status not in (END, NOT_FOUND):
            raise StoreUnavailable(f"JetStream answered {status} {header(block, b'Description').decode()}".strip())
        for part, payload in parts:
            recorded = Recorded(number(part, b"Nats-Sequence"), header(part, b"Nats-Subject").decode(), payload)
            agree(recorded, part)
            events.append(recorded)
        return events, number(block, b"Nats-Num-Pending")


def _now() -> float:
    return asyncio.get_running_loop().time()
