"""Asks the stages' reads on behalf of a visitor: who may see what, how fresh it is, and waiting for a position."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from services.console.answering import Standing
from services.console.parts import Connection, Parts
from services.console.queries import AsOf
from services.console.sessions import Visitor
from shared.events.vocabulary import Role
from shared.projections.progress import position_of, wait_for
from shared.store.order import Fault, Refused

PATIENCE = 5.0
"""Seconds that a read waits for the position named in `after`."""
CASE_ROLES = (
    Role.SPECIALIST,
    Role.SUPERVISOR,
    Role.ENGINEER,
    Role.TECHNICIAN,
    Role.SALES,
    Role.ANALYST,
    Role.AUDITOR,
)
TEXT_ROLES = (Role.SPECIALIST, Role.SUPERVISOR, Role.ENGINEER, Role.TECHNICIAN, Role.SALES, Role.CUSTOMER)
"""Who sees opened texts and contacts of the cases that they may see."""
MESSAGE_ROLES = (Role.SPECIALIST, Role.SUPERVISOR)
"""Who sees messages that came in, opened, and decides about them."""
LOG_ROLES = (Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR)
STAFF_ROLES = (Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR)
FIGURES = ("quality_metrics", "overdue_responses", "log")
"""The read models that figures are made from."""
_NOBODY = "-"
"""A company id that no company has."""


def needs(visitor: Visitor, roles: Sequence[Role]) -> None:
    """Raises: Refused with A-ROLE unless the visitor holds one of these roles."""
    if not visitor.has(*roles):
        raise Refused(Fault("A-ROLE", "role_may_not", values={"allowed": ", ".join(roles)}))


def reads_texts(visitor: Visitor) -> bool:
    """Whether the visitor may read opened texts of the cases that he may see, and so may search them."""
    return visitor.has(*TEXT_ROLES)


def company_of(visitor: Visitor) -> str | None:
    """The company that the visitor is limited to, None for no limit. Raises: Refused with A-ROLE."""
    needs(visitor, (*CASE_ROLES, Role.CUSTOMER))
    return None if visitor.has(*CASE_ROLES) else visitor.customer_id or _NOBODY


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
        """One case that the visitor may see. Raises: Refused with A-ROLE, or H-404 also for another company's case."""
        company = company_of(visitor)
        found = await self.read("case")(connection, case_id, as_of) if case_id.isprintable() else None
        if found is None or (company is not None and found.customer_id != company):
            raise Refused(Fault("H-404", "no_such_aggregate", values={"name": case_id[:100]}))
        return found
