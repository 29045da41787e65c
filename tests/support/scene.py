"""What somebody who writes the next command knows: the aggregate as it stands, who writes, and when it happens."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from shared.case.state import Case
from shared.events.policy import SlaPolicyPublished
from shared.events.vocabulary import Role


class Scene(Struct, frozen=True):
    """One moment of one aggregate.

    `ids` are its newest events by type. `others` are ids of other aggregates by kind: `case` is another case of the
    same mould. `number` is used once. `wants` decides what `choose` takes for a field; without a chance it takes the
    first.
    """

    id: str
    state: Any
    role: Role
    user: str
    at: datetime
    ids: Mapping[str, str] = {}
    others: Mapping[str, str] = {}
    levels: SlaPolicyPublished | None = None
    number: int = 1
    wants: Mapping[str, Any] = {}
    chance: random.Random | None = None

    @property
    def case(self) -> Case:
        """The case, for commands of cases; an empty one for whoever opens one."""
        return self.state if isinstance(self.state, Case) else Case()

    def hours(self, later: float = 0.0) -> str:
        """The moment moved by hours, as JSON carries it."""
        return (self.at + timedelta(hours=later)).isoformat()

    def choose(self, field: str, *options: Any) -> Any:
        """A value for a field."""
        if field in self.wants:
            return self.wants[field]
        return options[0] if self.chance is None else self.chance.choice(options)


class Act(Struct, frozen=True):
    """A command: who usually sends it, and a body that its service most likely takes now."""

    role: Role
    body: Callable[[Scene], dict[str, Any]]


USERS: dict[Role, str] = {
    Role.SPECIALIST: "specialist",
    Role.SUPERVISOR: "supervisor",
    Role.ENGINEER: "engineer",
    Role.TECHNICIAN: "technician",
    Role.CUSTOMER: "customer",
    Role.SALES: "sales",
    Role.ANALYST: "analyst",
    Role.AUDITOR: "auditor",
    Role.DEPT: "quality",
    Role.ADMIN: "admin",
    Role.SYSTEM: "system",
}
"""Somebody in each role."""
OF_THE_STORE = frozenset({"ReserveSpares", "IssueSpares", "ReturnSpares"})


def user_of(command: str, role: Role) -> str:
    """Who sends a command in a role: of the departments the store for its parts, else quality."""
    return "store" if role is Role.DEPT and command in OF_THE_STORE else USERS[role]
