"""What commands on read models work with: the log, the rows and the keys, as the services have them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.command_line.ground import ground, opened_log
from shared.projections.materializer import Workplace
from shared.runtime.settings import Settings


@asynccontextmanager
async def workplace(where: Settings) -> AsyncIterator[Workplace]:
    """Everything that a read model is built from. Raises: as `ground`."""
    async with ground(where, "service") as here, opened_log(here) as store:
        yield Workplace(store, here.pool, here.opener)
