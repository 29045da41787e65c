"""A stage of the norm as one value: what the composition root, the console and the documents may know of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from shared.runtime.imported import Imported
from shared.runtime.imported_rows import TableImport
from shared.store.order import Command


class Stage(Struct, frozen=True):
    """`name` is the service; `commands` its registry; the rest what it reads, reacts to and shows.

    `reads` are the questions that doors may ask, by name: each takes a connection first.
    A worker takes (broker, what the process stands on) and subscribes before the broker starts.
    An inlet takes in what comes by itself: each takes what the process stands on and is open while it is entered.
    `imports` take in files, by format: each takes (what the process stands on, a path) and tells the end of each.
    `acts` are what doors may have done that is no command, by name: each takes what the process stands on first.
    `tables` open files of master data, by format, as a `TableImport`.
    `queues` are the durable consumers of its workers, (stream, name) by channel: what waits there is its backlog.
    `seed` is the folder of what a new deployment begins with.
    """

    name: str
    commands: tuple[Command, ...] = ()
    projections: tuple[Any, ...] = ()
    reads: Mapping[str, Callable[..., Awaitable[Any]]] = MappingProxyType({})
    policies: tuple[Any, ...] = ()
    pages: tuple[Callable[..., Any], ...] = ()
    workers: tuple[Callable[..., None], ...] = ()
    inlets: tuple[Callable[..., AbstractAsyncContextManager[None]], ...] = ()
    acts: Mapping[str, Callable[..., Awaitable[Any]]] = MappingProxyType({})
    queues: Mapping[str, tuple[str, str]] = MappingProxyType({})
    imports: Mapping[str, Callable[..., AsyncIterator[Imported]]] = MappingProxyType({})
    tables: Mapping[str, Callable[..., AbstractAsyncContextManager[TableImport]]] = MappingProxyType({})
    seed: Traversable | None = None


def commands_of(stages: Sequence[Stage]) -> dict[str, Command]:
    """All commands of these stages by name. Raises: ValueError when two claim the same name."""
    found: dict[str, Command] = {}
    for stage in stages:
        for command in stage.commands:
            if command.name in found:
                raise ValueError(f"two stages claim {command.name}")
            found[command.name] = command
    return found
