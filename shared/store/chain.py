"""The heads of the chains that a reader has passed, bounded, so that it can verify each event as it comes."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from shared.events.envelope import GENESIS, Recorded

KEPT = 65_536


class ChainHeads:
    """Version and hash of the last event seen of each subject; the one used longest ago leaves first.

    `is_whole` says that the reader began at the first event and has forgotten nothing: then a subject that is
    not kept has no events yet.
    """

    def __init__(self, *, is_whole: bool, kept: int = KEPT) -> None:
        self._heads: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self._kept = kept
        self._is_whole = is_whole

    def unknown(self, batch: Sequence[Recorded]) -> dict[str, Recorded]:
        """The first event in the batch of each subject whose predecessor must be looked up."""
        if self._is_whole:
            return {}
        found: dict[str, Recorded] = {}
        for recorded in batch:
            if recorded.subject not in self._heads:
                found.setdefault(recorded.subject, recorded)
        return found

    def learn(self, predecessors: Iterable[Recorded]) -> None:
        """Take over what was looked up."""
        for recorded in predecessors:
            self._heads[recorded.subject] = (recorded.meta.version, recorded.hash)

    def verify(self, batch: Sequence[Recorded]) -> None:
        """Check that each event follows the one before it in its aggregate. Raises: IntegrityError."""
        heads = self._heads
        for recorded in batch:
            subject = recorded.subject
            version, hash = heads.get(subject, (0, GENESIS))
            recorded.follows(version, hash)
            heads[subject] = (version + 1, recorded.hash)
            heads.move_to_end(subject)
        while len(heads) > self._kept:
            heads.popitem(last=False)
            self._is_whole = False
