"""A bounded memory of what was used last: two generations, the older one is dropped when the younger is full."""


class Recent[T]:
    """Remembers at least the last `limit` entries that were put or asked for, and at most twice as many."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._young: dict[str, T] = {}
        self._old: dict[str, T] = {}

    def get(self, key: str) -> T | None:
        """The entry, None when it is not remembered."""
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: str, value: T) -> None:
        """Remember an entry."""
        self._young[key] = value
        if len(self._young) >= self._limit:
            self._old, self._young = self._young, {}

    def drop(self, key: str) -> None:
        """Forget an entry."""
        self._young.pop(key, None)
        self._old.pop(key, None)
