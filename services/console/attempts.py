"""Slows down whoever guesses passwords: a limit of failures for each user name and each address."""

from collections import OrderedDict

WINDOW = 300.0
"""Seconds that a failure counts."""
LIMIT = 10
"""Failures of one user name; an address may have ten times as many, for a whole office may share one."""
_REMEMBERED = 10_000


class Attempts:
    """Failures in memory; times are seconds since 1970, `limit` is how many a name may have in the window."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, name: str, now: float) -> int:
        """Seconds until this name may try again, 0 when it may now."""
        recent = [when for when in self._failures.get(name, ()) if now - when < WINDOW]
        return max(1, int(WINDOW - (now - recent[-self._limit]))) if len(recent) >= self._limit else 0

    def failed(self, name: str, now: float) -> None:
        """Note a failure."""
        recent = [when for when in self._failures.pop(name, ()) if now - when < WINDOW]
        self._failures[name] = [*recent, now][-self._limit :]
        if len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        self._failures.pop(name, None)
