"""The rows that were refused, as they stood, with the reasons in front: to be corrected and taken in again."""

from collections.abc import Sequence

from services.intake.tables.columns import NOTE_MARK
from services.intake.tables.csv_file import csv_bytes
from services.intake.tables.sheet import Cell, Sheet
from shared.runtime.imported_rows import ImportedRow
from shared.texts.catalogue import sentence

_NOTES = tuple(f"{NOTE_MARK}{sentence('tables', name).both}" for name in ("refused_row", "refused_why"))


def refused_table(sheet: Sheet, refused: Sequence[ImportedRow]) -> bytes:
    """CSV of these rows. Reasons of an earlier time go, the columns of the file stay."""
    kept = [place for place, heading in enumerate(sheet.headings) if heading not in _NOTES]
    rows = {row.number: row.cells for row in sheet.rows}
    width = max([len(sheet.headings), *(len(rows[one.row]) for one in refused)])
    places = [*kept, *range(len(sheet.headings), width)]
    records = [[*_NOTES, *(sheet.headings[place] if place < len(sheet.headings) else "" for place in places)]]
    for one in refused:
        cells = rows[one.row]
        records.append(
            [str(one.row), _why(one), *(_text(cells[place]) if place < len(cells) else "" for place in places)]
        )
    return csv_bytes(records)


def _why(row: ImportedRow) -> str:
    return "\n".join(f"{one.code} {one.heading}: {one.message}".replace(" : ", ": ") for one in row.errors)


def _text(cell: Cell) -> str:
    """A cell so that it is read as the same value again."""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell)
