"""Tables in plain text: aligned by the width that characters take, and folded where a terminal is too narrow.

Nothing is ever cut off: ids are there to be copied.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len

GAP = "  "
INDENT = "    "
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff]"
_AFTER = r"[\u3001-\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f]*"
_PIECE = re.compile(rf" +|{_WIDE}{_AFTER}|(?:(?!{_WIDE})[^ \uff0c\u3001\u3002\uff1b\uff1a])+|.")
"""Where a line may end: after a space, after a Chinese character with the punctuation that belongs to it."""


def folded_rows(
    headings: Sequence[str], rows: Sequence[Sequence[str]], width: int | None, *, right: frozenset[int] = frozenset()
) -> Iterator[list[str]]:
    """The lines of each row of a table, headings first. `width`: cells of the terminal, None for as wide as it comes.

    A table that does not fit folds its texts; where that is not enough, a row goes on in indented lines below it.
    The columns `right` hold numbers.
    """
    everything = [headings, *rows]
    natural = [max(map(cell_len, column)) for column in zip(*everything, strict=True)]
    least = [max(map(_least, column)) for column in zip(*everything, strict=True)]
    groups = [(0, len(natural))] if width is None or _fits(least, width) else _groups(natural, width)
    fitted = [_fitted(natural[start:end], least[start:end], _room(width, start)) for start, end in groups]
    for row in everything:
        lines: list[str] = []
        for (start, end), widths in zip(groups, fitted, strict=True):
            folded = _folded(row[start:end], widths, {place - start for place in right})
            lines += [f"{INDENT if start else ''}{line}" for line in folded if line or not start]
        yield lines


def _room(width: int | None, start: int) -> int | None:
    return width if width is None or not start else width - len(INDENT)


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` cells; a word that is longer is broken."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if cell_len(lines[-1] + piece.rstrip()) > width and lines[-1]:
            lines.append("")
        if lines[-1] or not piece.isspace():
            lines[-1] += piece
        while cell_len(lines[-1].rstrip()) > width:
            head = _head(lines[-1], width)
            lines[-1:] = [head, lines[-1][len(head) :]]
    return [line.rstrip() for line in lines if line.strip()] or [""]


def _head(text: str, width: int) -> str:
    end = 1
    while end < len(text) and cell_len(text[: end + 1]) <= width:
        end += 1
    return text[:end]


def _least(text: str) -> int:
    """The cells that a text needs if it is folded: its longest word, or a share of its whole."""
    return max([min(cell_len(text), 12), *(cell_len(piece) for piece in _PIECE.findall(text))])


def _fits(widths: Sequence[int], width: int) -> bool:
    return sum(widths) + len(GAP) * (len(widths) - 1) <= width


def _groups(natural: Sequence[int], width: int) -> list[tuple[int, int]]:
    """The columns that stand in one line each, from and to."""
    groups, start = [], 0
    for end in range(1, len(natural) + 1):
        if end < len(natural) and _fits(natural[start : end + 1], _room(width, start) or width):
            continue
        groups.append((start, end))
        start = end
    return groups


def _fitted(natural: Sequence[int], least: Sequence[int], room: int | None) -> list[int]:
    """The width of each column: the widest that can give gives first."""
    widths = list(natural)
    while room is not None and not _fits(widths, room):
        place = max(range(len(widths)), key=lambda one: (widths[one] > least[one], widths[one]))
        if widths[place] <= 1:
            break
        widths[place] -= 1
    return widths


def _folded(row: Sequence[str], widths: Sequence[int], right: set[int]) -> Iterator[str]:
    cells = [wrapped(text, width) for text, width in zip(row, widths, strict=True)]
    for line in zip_longest(*cells, fillvalue=""):
        padded = [_padded(text, widths[place], place in right) for place, text in enumerate(line)]
        yield GAP.join(padded).rstrip()


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - cell_len(text))
    return space + text if right else text + space
