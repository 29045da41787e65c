"""What the store asks of whoever seals: an event goes in as it was decided and comes out as it may be stored."""

from typing import Any, Protocol

from msgspec import Struct

from shared.store.past import TextsOpener


class Sealed(Struct, frozen=True):
    """An event's fields and the reason for being late as they are stored."""

    fields: dict[str, Any]
    late_reason: str | None


class Sealer(TextsOpener, Protocol):
    """Seals what an event says of customers' persons before it is stored, and opens it where a rule must compare."""

    async def seal_for(self, subject: str, event: Any, state: Any, late_reason: str | None) -> Sealed:
        """The event as it may be stored in this aggregate."""
        ...
