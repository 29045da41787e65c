"""What a cell says as a value of a field. What fits no form goes on as text, so that the rules name the fault."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from enum import EnumMeta
from functools import cache
from typing import Any

from msgspec import inspect

from services.intake.tables.sheet import Cell
from shared.texts.catalogue import catalogue

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(\.0+)?")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]00:00(?::00)?)?")
_SAID_UNKNOWN = re.compile(r"(未知|不详|不明|unknown)\s*([:：].*)?", re.IGNORECASE | re.DOTALL)
_TRUTHS = {"true": True, "yes": True, "y": True, "是": True, "1": True} | {
    "false": False,
    "no": False,
    "n": False,
    "否": False,
    "0": False,
}
_EXACT = 10**15
"""From here on a spreadsheet no longer keeps every digit of a number."""

Reader = Callable[[Cell], Any]


class CellFault(Exception):
    """A cell that cannot mean anything; carries the text of the refusal."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def text_of(cell: Cell) -> str:
    """A cell as text: a number without the `.0` of a spreadsheet, a day as `2026-06-30`. Raises: CellFault."""
    match cell:
        case str():
            return cell.strip()
        case bool():
            return str(cell).upper()
        case int() | float() if abs(cell) >= _EXACT:
            raise CellFault("digits_lost")
        case int() | float():
            return str(int(cell)) if cell == int(cell) else f"{cell:.15g}"
        case _:
            return str(cell)


def reader_of(kind: inspect.Type) -> Reader:
    """How cells of a field of this type are read."""
    match kind:
        case inspect.Metadata():
            return reader_of(kind.type)
        case inspect.UnionType():
            return reader_of(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
        case inspect.IntType():
            return _whole
        case inspect.BoolType():
            return _truth
        case inspect.DateType():
            return _day
        case inspect.EnumType():
            return _choice(kind.cls)
        case _:
            return _text


def _text(cell: Cell) -> str:
    text = text_of(cell)
    if _SAID_UNKNOWN.fullmatch(text):
        raise CellFault("no_unknown_in_register")
    return text


def _whole(cell: Cell) -> int | str:
    text = _text(cell)
    return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else text


def _truth(cell: Cell) -> bool | str:
    text = _text(cell)
    return _TRUTHS.get(_folded(text), text)


def _day(cell: Cell) -> str:
    if isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    text = _text(cell)
    if (found := _DAY.fullmatch(text)) is None:
        return text
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


@cache
def _choice(enum: EnumMeta) -> Reader:
    """A code, or its name in either language as forms show it."""
    codes: dict[str, str] = {_folded(member.value): member.value for member in enum}  # type: ignore[var-annotated]
    words = catalogue("words")
    for code in list(codes.values()):
        named = words[f"{enum.__name__}.{code}"]
        codes |= {_folded(named.zh): code, _folded(named.en): code}

    def read(cell: Cell) -> str:
        text = _text(cell)
        return codes.get(_folded(text), text)

    return read


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
