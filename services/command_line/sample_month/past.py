"""How a month stands in the log: where it began, and which of its commands have been accepted already."""

from datetime import datetime, time

from services.command_line.sample_month.cases import SPAN
from services.command_line.sample_month.working_time import HERE, at_time
from shared.events.envelope import Recorded
from shared.store.port import EventStore


async def start_of(store: EventStore, now: datetime) -> datetime | None:
    """The first day of the month: as many days before today as it lasts in an empty store, else the day on which the
    sample in the store began; None for a store that began with something else. Raises: StoreUnavailable."""
    if not await store.last():
        return at_time(now.astimezone(HERE).date(), time()) - SPAN
    async for batch in store.read(0):
        first = batch[0].meta
        return first.recorded_at.astimezone(HERE) if first.origin == "sample" else None
    return None


async def accepted(store: EventStore) -> list[Recorded]:
    """All events so far. Raises: IntegrityError, StoreUnavailable."""
    return [recorded async for batch in store.read(0) for recorded in batch]
