"""Values of options that only the stages know, asked for when they are needed, and values that a shell completes."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import click
from click.shell_completion import CompletionItem

Names = Callable[[], Iterable[str]]
Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem[Any]]]


class LateChoice(click.ParamType[str]):
    """One of these names; they are loaded at the first use, so that loading a command stays quick."""

    name = "choice"

    def __init__(self, names: Names) -> None:
        self._names = names

    @cached_property
    def choice(self) -> click.Choice[str]:
        """The names, loaded."""
        return click.Choice(list(self._names()))

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """As a choice shows itself."""
        return self.choice.get_metavar(param, ctx)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """One of the names; anything else is wrong usage."""
        return self.choice.convert(value, param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        """The names that begin so."""
        return self.choice.shell_complete(ctx, param, incomplete)


def one_of(names: Names) -> Complete:
    """Completes one name."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        return [CompletionItem(name) for name in names() if name.lower().startswith(incomplete.lower())]

    return complete


def some_of(names: Names) -> Complete:
    """Completes the last of names that are joined by commas."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        done, comma, begun = incomplete.rpartition(",")
        taken = set(done.split(","))
        rest = (name for name in names() if name not in taken and name.lower().startswith(begun.lower()))
        return [CompletionItem(f"{done}{comma}{name}") for name in rest]

    return complete


def services() -> list[str]:
    """The services of this release."""
    from services.command_line.stages import SERVICES

    return list(SERVICES)


def command_names() -> list[str]:
    """The commands that may be sent, in their order."""
    from services.command_line.stages import STAGES

    return [one.name for stage in STAGES for one in stage.commands if not one.is_system]


def projection_names() -> list[str]:
    """The read models."""
    from services.command_line.stages import projections

    return sorted(projections())


def case_projection_names() -> list[str]:
    """The read models that hold cases."""
    from services.command_line.stages import projections

    return sorted(name for name, one in projections().items() if not one.kinds or "case" in one.kinds)


def import_formats() -> list[str]:
    """What files may be."""
    from services.command_line.stages import imports, tables

    return [*imports(), *tables()]


def event_types() -> list[str]:
    """The types of events."""
    from shared.events.catalogue import EVENTS

    return sorted(EVENTS)


def views() -> list[str]:
    """The views of the list of cases."""
    from services.intake.stage import VIEWS

    return list(VIEWS)


def sorts() -> list[str]:
    """The orders of the list of cases; `-` is descending."""
    from services.intake.stage import SORTS

    return [way + name for name in SORTS for way in ("", "-")]


def message_statuses() -> list[str]:
    """What may have become of a message."""
    from services.intake.stage import STATUSES

    return list(STATUSES)


def dimensions() -> list[str]:
    """What figures group by."""
    from services.analytics.stage import DIMENSIONS

    return list(DIMENSIONS)


def roles() -> list[str]:
    """The roles that a person may have."""
    from shared.events.vocabulary import Role

    return [role.value for role in Role if role is not Role.SYSTEM]


def departments() -> list[str]:
    """The departments of the firm."""
    from shared.events.vocabulary import Department

    return [department.value for department in Department]
