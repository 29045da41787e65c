"""Keys in memory, for tests and trials."""

from collections.abc import Collection, Mapping


class MemoryKeyStore:
    """Keeps the promises of `KeyStore` within one process."""

    def __init__(self) -> None:
        self.persons: dict[str, bytes] = {}
        self.objects: dict[str, dict[str, bytes]] = {}

    async def person_keys(self, persons: Collection[str]) -> dict[str, bytes]:
        """As the port says."""
        return {person: self.persons[person] for person in persons if person in self.persons}

    async def add_person_keys(self, wrapped: Mapping[str, bytes]) -> dict[str, bytes]:
        """As the port says."""
        return {person: self.persons.setdefault(person, key) for person, key in wrapped.items()}

    async def object_keys(self, object_id: str) -> dict[str, bytes]:
        """As the port says."""
        return dict(self.objects.get(object_id, {}))

    async def add_first_object_key(self, object_id: str, person: str, wrapped: bytes) -> bool:
        """As the port says."""
        if self.objects.get(object_id):
            return False
        self.objects[object_id] = {person: wrapped}
        return True

    async def add_object_key(self, object_id: str, person: str, wrapped: bytes) -> None:
        """As the port says."""
        self.objects.setdefault(object_id, {}).setdefault(person, wrapped)

    async def drop_object_key(self, object_id: str, person: str, wrapped: bytes) -> None:
        """As the port says."""
        if self.objects.get(object_id, {}).get(person) == wrapped:
            del self.objects[object_id][person]

    async def known_objects(self, object_ids: Collection[str]) -> set[str]:
        """As the port says."""
        return {object_id for object_id in object_ids if self.objects.get(object_id)}
