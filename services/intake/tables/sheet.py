"""A table as it stands in a file: headings, and rows of cells with the numbers that a spreadsheet shows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from shared.texts.catalogue import sentence

type Cell = str | int | float | bool | date | datetime | time | timedelta


class NoTable(ValueError):
    """The file as a whole cannot be taken in; the message says in both languages why, and names everything wrong."""


def no_table(text: str, **values: object) -> NoTable:
    """Why it cannot be taken in, from the catalogue `tables`."""
    return NoTable(sentence("tables", text).filled(values).both)


class Row(Struct, frozen=True):
    """`number` counts from 1, blank rows too."""

    number: int
    cells: tuple[Cell, ...]


class Sheet(Struct, frozen=True):
    """`headings` from the first row that is not blank; `rows` are those behind it that are not.

    `passed_over` names the other sheets of a workbook.
    """

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    passed_over: tuple[str, ...] = ()


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing."""
    return isinstance(cell, str) and not cell.strip()


def sheet_of(records: Iterable[Sequence[Cell]], passed_over: tuple[str, ...] = ()) -> Sheet:
    """The table of these records. Raises: NoTable when all of them are blank."""
    rows = [Row(number, tuple(cells)) for number, cells in enumerate(records, 1) if not all(map(is_blank, cells))]
    if not rows:
        raise no_table("empty")
    return Sheet(tuple(str(cell).strip() for cell in rows[0].cells), tuple(rows[1:]), passed_over)
