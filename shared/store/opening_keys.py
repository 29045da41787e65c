"""Which command ids have opened an aggregate that is named by a number, as the log tells it (ADR 19).

Another number is another subject, where the key is not found; so the keys are gathered from all subjects of the kind.
"""

import asyncio
from uuid import UUID

from shared.store.port import EventStore


class _Keys:
    """The keys of one kind, complete up to a position."""

    def __init__(self, store: EventStore, kind: str) -> None:
        self._store = store
        self._kind = kind
        self._position = 0
        self._one_reader = asyncio.Lock()
        self._begun = self._ended = 0
        self.used: set[bytes] = set()

    async def bring_up(self) -> None:
        """Complete up to the leader's last event, as it is when this is asked; who asks together reads together."""
        wanted = self._begun + 1
        async with self._one_reader:
            if self._ended >= wanted:
                return
            self._begun += 1
            async for page in self._store.of_kind(self._kind, self._position):
                self.used |= {UUID(one.meta.command_id).bytes for one in page if one.meta.version == 1}
                self._position = page[-1].sequence
            self._ended = self._begun


class OpeningKeys:
    """Reads each kind once and then what is new. A key found is used for good; one not found is so for the leader."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._kinds: dict[str, _Keys] = {}

    async def are_used(self, kind: str, command_id: str) -> bool:
        """Whether this command has opened an aggregate of this kind, whichever. Raises: as EventStore.of_kind."""
        key = UUID(command_id).bytes
        if (keys := self._kinds.get(kind)) is None:
            keys = self._kinds[kind] = _Keys(self._store, kind)
        if key not in keys.used:
            await keys.bring_up()
        return key in keys.used
