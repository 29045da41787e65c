"""Guarded appends: one event, or up to 1,000 in an atomic batch.

Only a plain fresh acknowledgement proves that the event is stored. A conflict proves that it is not. Everything
else (a duplicate, a refusal, silence, a lost connection) proves nothing and is told as such.
"""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import msgspec
import nats.errors
from msgspec import Struct

from shared.store.connection import Connection
from shared.store.inbox import Inbox
from shared.store.port import Conflict, Draft, OutcomeUnknown
from shared.store.wire import event_headers, status_of

BATCH = 1000
"""The most messages that the server takes into one atomic batch."""
WRONG_LAST_SEQUENCE = frozenset({10071, 10164})
"""The guard failed: 10071 against what is stored, 10164 against what is under way on a cluster."""


class Fault(Struct, frozen=True):
    """Why the server did not store a message."""

    code: int = 0
    err_code: int = 0
    description: str = ""


class Acknowledgement(Struct, frozen=True):
    """The server's answer to a publish."""

    seq: int = 0
    duplicate: bool = False
    count: int = 0
    error: Fault | None = None


_decode = msgspec.json.Decoder(Acknowledgement).decode


class Appender:
    """Publishes with one inbox of its own. `timeout` is how long an acknowledgement may take [s]."""

    def __init__(self, client: Connection, inbox: Inbox, stream: str, timeout: float) -> None:
        self._client = client
        self._inbox = inbox
        self._stream = stream
        self._timeout = timeout

    async def append(self, draft: Draft, expected: int) -> int:
        """As the port says."""
        return (await self._publish([(draft, self._headers(draft, expected))])).seq

    async def append_batch(self, drafts: Sequence[Draft], expected: Sequence[int]) -> int:
        """As the port says."""
        if not 1 <= len(drafts) <= BATCH:
            raise ValueError(f"a batch holds 1 to {BATCH} events")
        batch_id, guarded, messages = uuid4().hex, set[str](), list[tuple[Draft, dict[str, str]]]()
        for number, (draft, position) in enumerate(zip(drafts, expected, strict=True), start=1):
            # The server refuses a guard on a subject that the same batch has written already.
            headers = self._headers(draft, None if draft.subject in guarded else position)
            guarded.add(draft.subject)
            headers |= {"Nats-Batch-Id": batch_id, "Nats-Batch-Sequence": str(number)}
            messages.append((draft, headers))
        messages[-1][1]["Nats-Batch-Commit"] = "1"
        acknowledged = await self._publish(messages)
        if acknowledged.count != len(drafts):
            raise OutcomeUnknown(f"{acknowledged.count} of {len(drafts)} events were acknowledged")
        return acknowledged.seq

    def _headers(self, draft: Draft, expected: int | None) -> dict[str, str]:
        headers = event_headers(draft)
        headers["Nats-Expected-Stream"] = self._stream
        if expected is not None:
            headers["Nats-Expected-Last-Subject-Sequence"] = str(expected)
        return headers

    async def _publish(self, messages: Sequence[tuple[Draft, dict[str, str]]]) -> Acknowledgement:
        """Send all; the last one asks for the answer. Raises: Conflict, OutcomeUnknown."""
        if not self._client.is_connected:
            # nats-py would keep the message and send it after a reconnect, long after its caller was told no.
            raise OutcomeUnknown("not connected to NATS")
        reply, answer = self._inbox.ask()
        try:
            for draft, headers in messages[:-1]:
                await self._client.publish(draft.subject, draft.payload, headers=headers)
            draft, headers = messages[-1]
            await self._client.publish(draft.subject, draft.payload, reply=reply, headers=headers)
            block, payload = await self._within(answer)
        except (TimeoutError, OSError, nats.errors.Error) as error:
            raise OutcomeUnknown(str(error) or type(error).__name__) from error
        finally:
            answer.cancel()
        return _judged(draft.subject, block, payload)

    async def _within(self, answer: asyncio.Future[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
        async with asyncio.timeout(self._timeout):
            return await answer


def _judged(subject: str, block: bytes, payload: bytes) -> Acknowledgement:
    if status := status_of(block):
        raise OutcomeUnknown(f"{subject}: NATS answered {status}")
    try:
        acknowledged = _decode(payload)
    except msgspec.DecodeError as error:
        raise OutcomeUnknown(f"{subject}: an answer that is no acknowledgement ({error})") from error
    if (fault := acknowledged.error) is not None:
        if fault.err_code in WRONG_LAST_SEQUENCE:
            raise Conflict(subject, _named_position(fault.description))
        raise OutcomeUnknown(f"{subject}: {fault.description} ({fault.err_code})")
    if acknowledged.duplicate or acknowledged.seq < 1:
        # The dedupe window spans the stream: the same id on another subject is "stored" nowhere.
        raise OutcomeUnknown(f"{subject}: the message id is known already")
    return acknowledged


def _named_position(description: str) -> int:
    """The position in "wrong last sequence: 12", 0 when the server did not name it."""
    last = description.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0
