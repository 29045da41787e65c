"""Which URL means which command, read from the registry: nothing is listed here but the names of collections."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from shared.runtime.stage import Stage
from shared.store.order import Command

COLLECTIONS = {
    "case": "cases",
    "customer": "customers",
    "mould": "moulds",
    "staff": "staff",
    "policy": "policies",
    "department": "departments",
    "channel": "channels",
    "improvement": "improvements",
    "report": "reports",
}
"""The collection in the URL for each kind of aggregate."""

_ID = re.compile(r"[a-z0-9-]{1,64}")


class Route(Struct, frozen=True):
    """A command, the service that owns it, and its place in the API; `action` None opens a member of the collection."""

    service: str
    command: Command
    collection: str
    action: str | None

    @property
    def path(self) -> str:
        """The path below `/api/v1`."""
        return f"/{self.collection}" if self.action is None else f"/{self.collection}/{{id}}/{self.action}"


def kebab(name: str) -> str:
    """`PublishSlaPolicy` as `publish-sla-policy`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def routes_of(stages: Sequence[Stage]) -> Iterator[Route]:
    """All routes of these stages."""
    for stage in stages:
        for command in stage.commands:
            action = None if command.opens == "always" else kebab(command.name)
            yield Route(stage.name, command, COLLECTIONS[command.kind], action)


def is_id(text: str) -> bool:
    """Whether a text may be the id of an aggregate at all."""
    return _ID.fullmatch(text) is not None


class RouteTable:
    """Finds a command by its place in the URL, or by its name."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self.routes = tuple(routes_of(stages))
        self._places = {(route.collection, route.action): route for route in self.routes}
        self._names = {route.command.name: route for route in self.routes}
        of_cases = (route for route in self.routes if route.command.kind == "case")
        self._events = {route.command.event.__name__: route for route in of_cases}

    def at(self, collection: str, action: str | None) -> Route | None:
        """The route at a place, None when there is no such command."""
        return self._places.get((collection, action))

    def named(self, command: str) -> Route:
        """The route of a command. Raises: KeyError."""
        return self._names[command]

    def making(self, event: str) -> Route | None:
        """The route of the command that makes an event of a case, None when it is not built."""
        return self._events.get(event)
