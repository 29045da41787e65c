"""The stages that this release is made of, in the order of the norm. The one list of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from services.administration.stage import STAGE as ADMINISTRATION
from services.analytics.stage import STAGE as ANALYTICS
from services.dispatch.stage import STAGE as DISPATCH
from services.followup.stage import STAGE as FOLLOWUP
from services.intake.stage import STAGE as INTAKE
from services.triage.stage import STAGE as TRIAGE
from shared.projections.projection import Projection
from shared.runtime.imported import Imported
from shared.runtime.imported_rows import TableImport
from shared.runtime.stage import Stage

STAGES: tuple[Stage, ...] = (INTAKE, TRIAGE, DISPATCH, FOLLOWUP, ANALYTICS, ADMINISTRATION)
CONSOLE = "console"
SERVICES = (*(stage.name for stage in STAGES), CONSOLE)
"""What may run in a process of its own."""


def projections() -> dict[str, Projection]:
    """All read models by name."""
    return {one.name: one for stage in STAGES for one in stage.projections}


def projection_named(name: str) -> Projection:
    """One read model. Raises: LookupError that names those there are."""
    try:
        return projections()[name]
    except KeyError:
        raise LookupError(
            f"没有读模型 {name} / there is no projection {name}: {', '.join(sorted(projections()))}"
        ) from None


def read(name: str) -> Callable[..., Awaitable[Any]]:
    """A question that doors may ask, whichever stage answers it. Raises: KeyError."""
    return {name: one for stage in STAGES for name, one in stage.reads.items()}[name]


def imports() -> dict[str, Callable[..., AsyncIterator[Imported]]]:
    """What takes in files, by their format."""
    return {format: one for stage in STAGES for format, one in stage.imports.items()}


def act(name: str) -> Callable[..., Awaitable[Any]]:
    """What doors may have done that is no command, whichever stage does it. Raises: KeyError."""
    return {name: one for stage in STAGES for name, one in stage.acts.items()}[name]


def tables() -> dict[str, Callable[..., AbstractAsyncContextManager[TableImport]]]:
    """What opens files of master data, by their format."""
    return {format: one for stage in STAGES for format, one in stage.tables.items()}


def service_of(command: str) -> str | None:
    """The service that owns a command, None when there is no such command."""
    return next((stage.name for stage in STAGES for one in stage.commands if one.name == command), None)
