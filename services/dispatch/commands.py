"""The registry of dispatch: one line a command."""

from shared.store.order import Command

COMMANDS: tuple[Command, ...] = ()
