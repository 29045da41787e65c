"""Which command ids have opened an aggregate that is named by a number, as the log tells it (ADR 19).

Another number is another subject, where the key is not found; so the keys are gathered from all subjects of the kind.
"""

import asyncio
from uuid import UUID

from shared.store.port import EventStore


class _Keys:
    """The keys of one kind, complete up to a position."""

    def __init__(self) -> None:
        self.used: set[bytes] = set()
        self.position = 0
        self.one_reader = asyncio.Lock()


class OpeningKeys:
    """Reads each kind once and then what is new. A key found is used for good; one not found is so for the leader."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._kinds: dict[str, _Keys] = {}

    async def are_used(self, kind: str, command_id: str) -> bool:
        """Whether this command has opened an aggregate of this kind, whichever. Raises: as EventStore.of_kind."""
        keys, key = self._kinds.setdefault(kind, _Keys()), UUID(command_id).bytes
        if key not in keys.used:
            async with keys.one_reader:
                async for page in self._store.of_kind(kind, keys.position):
                    keys.used |= {UUID(one.meta.command_id).bytes for one in page if one.meta.version == 1}
                    keys.position = page[-1].sequence
        return key in keys.used
