"""Roles of signed-in users as far as reading goes, from the register of staff."""

from services.console.parts import Connection
from services.console.sessions import Visitor
from shared.events.vocabulary import Role

_FIND = "select roles, customer_id, dept from read.staff where aggregate_id = %(user)s and is_active"


async def visitor_named(connection: Connection, user: str) -> Visitor | None:
    """The user as the register knows it now, None for one who may not act (any more)."""
    row = await (await connection.execute(_FIND, {"user": user})).fetchone()
    return Visitor(user, frozenset(Role(role) for role in row[0]), row[1], row[2]) if row is not None else None
