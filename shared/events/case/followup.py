"""Facts of follow-up that time itself brings about."""

from msgspec import Struct

from shared.events.shapes import Instant
from shared.events.vocabulary import ClockName


class SlaBreached(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A clock ran past its target without its stop; recorded once per clock and due time (B-19)."""

    clock: ClockName
    due_at: Instant
    policy_version: int
