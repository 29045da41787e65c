"""Asks the stages' reads on behalf of a visitor: who may see what, how fresh it is, and waiting for a position."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from services.console.answering import Standing
from services.console.collections import Collection
from services.console.parts import Connection, Parts
from services.console.queries import AsOf
from services.console.scopes import cases_of, needs, scope_of, texts_of
from services.console.sessions import Visitor
from shared.projections.progress import position_of, wait_for
from shared.store.order import Fault, Refused

PATIENCE = 5.0
"""Seconds that a read waits for the position named in `after`."""
FIGURES = ("quality_metrics", "overdue_responses", "log")
"""The read models that figures are made from."""
SCOPES = ("case_parties", "open_cases", "customers", "departments", "log")
"""The read models that say who sees what."""


class Reading:
    """The reads of all stages by name, on connections of the console; `people` opens texts for those that take it."""

    def __init__(self, parts: Parts) -> None:
        self._pool = parts.pool
        self.people = parts.people
        self._clock = parts.clock
        self._reads = {name: read for stage in parts.stages for name, read in stage.reads.items()}

    def now(self) -> datetime:
        """The present instant."""
        return self._clock.now()

    def read(self, name: str) -> Callable[..., Awaitable[Any]]:
        """The read of this name. Raises: KeyError."""
        return self._reads[name]

    @asynccontextmanager
    async def at(
        self, models: Sequence[str], after: int = 0, as_of: AsOf = None
    ) -> AsyncIterator[tuple[Connection, Standing]]:
        """A connection once these read models hold position `after`, and how far they have come.

        Raises: Refused with H-503 when they do not in time.
        """
        if after and not await wait_for(self._pool, after, models, PATIENCE):
            raise Refused(Fault("H-503", "busy"))
        async with self._pool.connection() as connection:
            position, _ = await position_of(connection, models)
            instant = as_of if isinstance(as_of, datetime) else self.now()
            yield connection, Standing(min(as_of, position) if isinstance(as_of, int) else position, instant)

    async def case(self, connection: Connection, visitor: Visitor, case_id: str, as_of: AsOf = None) -> Any:
        """One case that the visitor may see. Raises: Refused with A-ROLE, or H-404 also for one that he may not see."""
        scope = cases_of(visitor)
        found = await self.read("case")(connection, case_id, scope, as_of) if case_id.isprintable() else None
        if found is None:
            raise Refused(Fault("H-404", "no_such_aggregate", values={"name": case_id[:100]}))
        return found

    async def members(self, connection: Connection, visitor: Visitor, collection: Collection, name: str) -> list[Any]:
        """The rows of a member of a collection, oldest version first.

        Raises: Refused with A-ROLE for the whole collection, with H-404 for a member that the visitor may not see.
        """
        needs(visitor, collection.roles)
        scope = scope_of(visitor, collection.roles)
        found = await self.read(collection.member)(connection, name, scope) if name.isprintable() else []
        if not found:
            raise Refused(Fault("H-404", "no_such_aggregate", values={"name": name[:100]}))
        return list(found)

    async def opens_texts(self, connection: Connection, visitor: Visitor, case_id: str) -> bool:
        """Whether the visitor may read the opened texts and the contact of a case that he may see."""
        return bool(await self.read("sees_case")(connection, case_id, texts_of(visitor)))
