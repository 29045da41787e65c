"""Events for tests of the store: one aggregate, as its writer sees it."""

from datetime import UTC, datetime
from uuid import uuid4

from shared.events.envelope import Meta, Recorded, encode, event_id
from shared.store.port import NOTHING_YET, Draft, EventStore, Head

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Writer:
    """Drafts the next event of one aggregate and remembers what was stored."""

    def __init__(self, subject: str = "") -> None:
        self.subject = subject or f"evt.case.{uuid4().hex}"
        self.head = NOTHING_YET
        self.sequences: list[int] = []

    def draft(self, command_id: str = "", *, version: int = 0, prev: str | None = None, text: str = "开模") -> Draft:
        """The event that would follow; `version` and `prev` of another one make it a lie."""
        command_id = command_id or str(uuid4())
        meta = Meta(
            version=version or self.head.version + 1,
            type="NoteTaken",
            event_id=event_id(self.subject, command_id),
            command_id=command_id,
            command_hash="0" * 64,
            correlation_id=command_id,
            actor="specialist",
            actor_role="SPECIALIST",
            occurred_at=NOON,
            recorded_at=NOON,
            prev=self.head.hash if prev is None else prev,
        )
        payload = encode(meta, {"text": text})
        return Draft(self.subject, payload, meta.event_id, meta.type, meta.version, command_id)

    def stored(self, draft: Draft, sequence: int) -> None:
        """Go on from an event that was acknowledged."""
        recorded = Recorded(sequence, self.subject, draft.payload)
        self.head = Head(sequence, recorded.meta.version, recorded.hash)
        self.sequences.append(sequence)

    async def write(self, store: EventStore, count: int = 1) -> list[Draft]:
        """Append so many events."""
        drafts = []
        for _ in range(count):
            draft = self.draft()
            self.stored(draft, await store.append(draft, self.head.sequence))
            drafts.append(draft)
        return drafts


def batch_of(writers: list[Writer], rounds: int, last: int) -> tuple[list[Draft], list[int]]:
    """Events of several aggregates in turns and their guards, as they would stand behind position `last`."""
    drafts, guards = [], []
    for _ in range(rounds):
        for writer in writers:
            draft = writer.draft()
            drafts.append(draft)
            guards.append(writer.head.sequence)
            last += 1
            writer.stored(draft, last)
    return drafts, guards
