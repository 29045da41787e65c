"""What became of files that were taken in, whatever they hold: each comes to one end, and the ends add up."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

Outcome = Literal["registered", "already_there", "listed", "quarantined", "waiting", "refused"]


class Imported(Struct, frozen=True):
    """One file: what became of it. `error` names codes and fields, or why the file could not be taken at all."""

    path: str
    outcome: Outcome
    sequence: int = 0
    case_id: str | None = None
    listing: str | None = None
    error: str | None = None


class Totals(Struct, frozen=True):
    """`files` = registered + already_there + listed + quarantined + waiting + refused."""

    files: int
    registered: int
    already_there: int
    listed: int
    quarantined: int
    waiting: int
    refused: int


def totals(imported: Iterable[Imported]) -> Totals:
    """The sums of an import."""
    outcomes: list[str] = [one.outcome for one in imported]
    names = ("registered", "already_there", "listed", "quarantined", "waiting", "refused")
    return Totals(len(outcomes), **{name: outcomes.count(name) for name in names})
