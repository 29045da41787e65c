"""What an intention goes back to."""

from datetime import datetime

from msgspec import Struct

from shared.events.envelope import Recorded


class Cause(Struct, frozen=True):
    """The event behind an intention, when it was recorded, and the trace it belongs to."""

    event_id: str
    correlation_id: str
    at: datetime
    traceparent: str | None = None


def cause_of(recorded: Recorded) -> Cause:
    """The event as a cause."""
    meta = recorded.meta
    return Cause(meta.event_id, meta.correlation_id, meta.recorded_at, meta.traceparent)
