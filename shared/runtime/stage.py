"""A stage of the norm as one value: what the composition root, the console and the documents may know of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from shared.store.order import Command


class Stage(Struct, frozen=True):
    """`name` is the service; `commands` its registry; the rest what it reads, reacts to and shows.

    `reads` are the questions that doors may ask, by name: each takes a connection first.
    A worker takes (broker, what the process stands on) and subscribes before the broker starts.
    """

    name: str
    commands: tuple[Command, ...] = ()
    projections: tuple[Any, ...] = ()
    reads: Mapping[str, Callable[..., Awaitable[Any]]] = MappingProxyType({})
    policies: tuple[Any, ...] = ()
    pages: tuple[Callable[..., Any], ...] = ()
    workers: tuple[Callable[..., None], ...] = ()


def commands_of(stages: Sequence[Stage]) -> dict[str, Command]:
    """All commands of these stages by name. Raises: ValueError when two claim the same name."""
    found: dict[str, Command] = {}
    for stage in stages:
        for command in stage.commands:
            if command.name in found:
                raise ValueError(f"two stages claim {command.name}")
            found[command.name] = command
    return found
