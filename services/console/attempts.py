"""Slows down whoever guesses passwords: a limit of failures for each user name and each address."""

from collections import OrderedDict

WINDOW = 300.0
"""Seconds that a failure counts."""
LIMIT = 10
_REMEMBERED = 10_000


class Attempts:
    """Failures in memory; times are seconds since 1970."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, name: str, now: float) -> int:
        """Seconds until this name may try again, 0 when it may now."""
        recent = [when for when in self._failures.get(name, ()) if now - when < WINDOW]
        return max(1, int(WINDOW - (now - recent[-LIMIT]))) if len(recent) >= LIMIT else 0

    def failed(self, name: str, now: float) -> None:
        """Note a failure."""
        recent = [when for when in self._failures.pop(name, ()) if now - when < WINDOW]
        self._failures[name] = [*recent, now][-LIMIT:]
        if len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        self._failures.pop(name, None)
