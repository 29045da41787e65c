"""Tables as text: comma, semicolon or tab between cells; UTF-8, UTF-16 with its mark, or GB18030 as Excel writes it."""

import codecs
import csv
import io
from collections.abc import Callable, Sequence

from services.intake.tables.sheet import Sheet, no_table, sheet_of

DELIMITERS = ",;\t"
FORMULA_STARTS = ("=", "+", "-", "@", "'", "\t", "\r")
"""What a spreadsheet would not leave as text: written with an apostrophe before it, which goes when it is read."""
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def csv_sheet(content: bytes, count_known: Callable[[Sequence[str]], int]) -> Sheet:
    """The table in these bytes; `count_known` tells how many of some headings are known, to find the delimiter.

    Raises: NoTable.
    """
    text = _decoded(content)
    # The module's limit of a cell is one for the process; no cell of this text is longer than the text.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, count_known)))
    except csv.Error as error:
        raise no_table("not_csv", reason=error) from error
    return sheet_of([_plain(cell) for cell in record] for record in records)


def _decoded(content: bytes) -> str:
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise no_table("not_text")


def _delimiter(text: str, count_known: Callable[[Sequence[str]], int]) -> str:
    """The one with which most headings are known; then the one that gives most cells."""
    first = text.lstrip("\r\n,;\t ")[:20_000]

    def merit(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader(io.StringIO(first, newline=""), delimiter=delimiter), [])
        return count_known(cells), len(cells)

    return max(DELIMITERS, key=merit)


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell


def csv_bytes(records: Sequence[Sequence[str]]) -> bytes:
    """Records as CSV that a Chinese Excel opens as it is, in which text stays text."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_guarded(cell) for cell in record] for record in records])
    return text.getvalue().encode("utf-8-sig", "replace")


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
