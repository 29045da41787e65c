"""Rows in the text form of COPY. Columns are encoded by their declared type, which is several times faster than
asking for the type of each value."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from operator import attrgetter
from types import NoneType
from typing import Any, get_args, get_type_hints

from msgspec import Struct

ROWS_AT_ONCE = 500
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_QUOTES = str.maketrans({"\\": "\\\\", '"': '\\"'})
_NULL = "\\N"

Encode = Callable[[Any], str]


def _text(value: str) -> str:
    return value.translate(_ESCAPES) if _SPECIAL.search(value) else value


def _texts(values: list[str]) -> str:
    if not values:
        return "{}"
    return _text("{" + ",".join(f'"{value.translate(_QUOTES)}"' for value in values) + "}")


def _bytes(value: bytes) -> str:
    return f"\\\\x{value.hex()}"


_BY_TYPE: dict[Any, Encode] = {
    str: _text,
    int: str,
    float: repr,
    bool: lambda value: "t" if value else "f",
    datetime: datetime.isoformat,
    date: date.isoformat,
    bytes: _bytes,
    list[str]: _texts,
}


def _or_null(encode: Encode) -> Encode:
    return lambda value: _NULL if value is None else encode(value)


def encoders(row: type[Struct]) -> tuple[Encode, ...]:
    """How each field of a row is written, in order. Raises: KeyError for a type that no column has."""
    hints = get_type_hints(row)
    found = []
    for name in row.__struct_fields__:
        hint = hints[name]
        if NoneType in get_args(hint):
            (inner,) = (one for one in get_args(hint) if one is not NoneType)
            found.append(_or_null(_BY_TYPE[inner]))
        else:
            found.append(_BY_TYPE[hint])
    return tuple(found)


def copied(row: type[Struct], rows: Iterable[Any]) -> Iterator[bytes]:
    """Blocks of COPY text. Raises: UnicodeEncodeError for what UTF-8 cannot hold."""
    by_column, values_of = encoders(row), attrgetter(*row.__struct_fields__)
    lines: list[str] = []
    for one in rows:
        lines.append("\t".join([encode(value) for encode, value in zip(by_column, values_of(one), strict=True)]))
        if len(lines) >= ROWS_AT_ONCE:
            yield ("\n".join(lines) + "\n").encode()
            lines.clear()
    if lines:
        yield ("\n".join(lines) + "\n").encode()
