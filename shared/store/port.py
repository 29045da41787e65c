"""The event store as the product sees it. `tests/contract` holds the suite that every implementation passes."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from msgspec import Struct

from shared.events.envelope import GENESIS, Recorded


class Draft(Struct, frozen=True):
    """An event to be stored: its subject, its payload and the copies that headers carry."""

    subject: str
    payload: bytes
    event_id: str
    type: str
    version: int
    command_id: str


class Head(Struct, frozen=True):
    """The last event of an aggregate: position in the stream, version and hash. Version 0 means none yet."""

    sequence: int = 0
    version: int = 0
    hash: str = GENESIS


NOTHING_YET = Head()
"""The head of an aggregate without events."""


class Conflict(Exception):
    """Another event is already where this one wanted to stand. `at` is its position when the server named it."""

    def __init__(self, subject: str, at: int = 0) -> None:
        super().__init__(f"{subject}: somebody else appended first (at {at})")
        self.at = at


class OutcomeUnknown(Exception):
    """No answer, or one that proves nothing: the event may be stored or not. Reload and look for the command id."""


class StoreUnavailable(Exception):
    """Nothing can be read or written now; trying again later may succeed."""


class EventStore(Protocol):
    """One literal subject per aggregate, guarded appends, contiguous replay.

    Every read verifies versions and the hash chain of what it returns and raises IntegrityError otherwise.
    """

    async def load(self, subject: str, after: Head = NOTHING_YET, until: int = 0) -> list[Recorded]:
        """The events of one aggregate behind `after`, in order; at least up to position `until` if given.

        `until` is a position of this aggregate, as `head` or a conflict named it. Replicas may lag: an
        implementation waits, bounded, until it has seen it.
        Raises: IntegrityError, StoreUnavailable.
        """
        ...

    def of_kind(self, kind: str, after: int) -> AsyncIterator[list[Recorded]]:
        """The events of all aggregates of a kind behind position `after`, in order, up to the leader's last.

        The one read that verifies no chain: it serves to look for command ids, not to fold.
        Raises: IntegrityError (a payload that cannot be read), StoreUnavailable.
        """
        ...

    async def head(self, subject: str) -> int:
        """The position of the aggregate's last event as the leader knows it, 0 when there is none.

        Raises: StoreUnavailable.
        """
        ...

    async def append(self, draft: Draft, expected: int) -> int:
        """Store one event if `expected` is still the last position of its subject (0: none); its position.

        Raises: Conflict, OutcomeUnknown (also for every answer that does not prove the outcome).
        """
        ...

    async def append_batch(self, drafts: Sequence[Draft], expected: Sequence[int]) -> int:
        """Store up to 1,000 events, all or none, each guarded like `append`; the position of the last.

        Only the first draft of a subject within the batch is guarded. For imports. Raises: as `append`.
        """
        ...

    async def last(self) -> int:
        """The position of the last event of the whole log, 0 when it is empty. Raises: StoreUnavailable."""
        ...

    async def make_sure_of_all(self) -> None:
        """Compare how many events the log counts with the positions it has; nothing is read.

        Raises: IntegrityError when it counts fewer, StoreUnavailable.
        """
        ...

    def read(self, after: int, *, follow: bool = False) -> AsyncIterator[list[Recorded]]:
        """All events behind position `after` in batches, contiguous; ends at the head unless `follow`.

        Predecessors outside the batch are looked up, so the chain is verified from any position.
        Raises: IntegrityError (a gap, a broken chain, a log that ends before `after`), StoreUnavailable.
        """
        ...
