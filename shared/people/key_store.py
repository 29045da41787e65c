"""Where wrapped keys are kept: the port. Wrapped keys are useless without the master key of the deployment."""

from collections.abc import Collection, Mapping
from typing import Protocol


class KeyStore(Protocol):
    """Wrapped keys of persons, and wrapped keys of objects (files, raw messages) for each person they concern.

    Every method raises ConnectionError when nothing can be read or written now.
    """

    async def person_keys(self, persons: Collection[str]) -> dict[str, bytes]:
        """The wrapped keys of those persons who have one."""
        ...

    async def add_person_keys(self, wrapped: Mapping[str, bytes]) -> dict[str, bytes]:
        """Keep a key for each person who has none; the keys that stand, whoever came first."""
        ...

    async def object_keys(self, object_id: str) -> dict[str, bytes]:
        """The wraps of an object's key, by person."""
        ...

    async def add_first_object_key(self, object_id: str, person: str, wrapped: bytes) -> bool:
        """Keep this wrap if the object has none at all; whether it was kept."""
        ...

    async def add_object_key(self, object_id: str, person: str, wrapped: bytes) -> None:
        """Keep one more wrap of the same key, if this person has none yet."""
        ...

    async def drop_object_key(self, object_id: str, person: str, wrapped: bytes) -> None:
        """Forget the wrap for this person if it is still this one."""
        ...

    async def known_objects(self, object_ids: Collection[str]) -> set[str]:
        """Those objects that have a key."""
        ...
