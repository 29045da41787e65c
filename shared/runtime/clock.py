"""The clock as a port: the product asks it for the time, so that tests and samples can run under another."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was moved to last."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward. Raises: ValueError for going back."""
        if by < timedelta(0):
            raise ValueError("time does not go back")
        self._now += by
