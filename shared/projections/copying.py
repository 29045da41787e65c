"""Rows in the binary form of COPY, which PostgreSQL reads at a third of the cost of text.

Each column is encoded by its type in SQL; what rows near each other have in common is encoded once.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from operator import getitem
from typing import Any, Protocol

from shared.projections.projection import Projection

ROWS_AT_ONCE = 500
UNFIT = (UnicodeEncodeError, struct.error)
"""What encoding raises for a value that its column cannot hold."""

_BEGIN = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_TEXT_OID, _INTEGER_OID = 25, 23
_DAY_ONE = date(2000, 1, 1)
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_short, _long, _float = struct.Struct(">ii").pack, struct.Struct(">iq").pack, struct.Struct(">id").pack
_array = struct.Struct(">iiiiii").pack

Encode = Callable[[Any], bytes]


def _sized(content: bytes) -> bytes:
    return len(content).to_bytes(4) + content


def _text(value: str) -> bytes:
    content = value.encode()
    return len(content).to_bytes(4) + content


def _integer(value: int) -> bytes:
    return _short(4, value)


def _list_of(type_oid: int, encode: Encode) -> Encode:
    """An array of one dimension."""
    empty = (12).to_bytes(4) + bytes(8) + type_oid.to_bytes(4)

    def encoded(values: Sequence[Any]) -> bytes:
        if not values:
            return empty
        items = b"".join([encode(value) for value in values])
        return _array(20 + len(items), 1, 0, type_oid, len(values), 1) + items

    return encoded


def _lexemes(literal: str) -> bytes:
    """A tsvector literal of quoted lexemes without positions, as `search_text.words_of` makes it."""
    if not literal:
        return _sized(bytes(4))
    count = literal.count("' '") + 1
    return _sized(count.to_bytes(4) + literal[1:-1].encode().replace(b"' '", bytes(3)) + bytes(3))


def _instant(value: datetime) -> bytes:
    since = (value if value.tzinfo is not None else value.replace(tzinfo=UTC)) - _MIDNIGHT
    return _long(8, since // _MICROSECOND)


_BY_TYPE: dict[str, Encode] = {
    "text": _text,
    "integer": _integer,
    "bigint": lambda value: _long(8, value),
    "double precision": lambda value: _float(8, value),
    "boolean": lambda value: b"\x00\x00\x00\x01\x01" if value else b"\x00\x00\x00\x01\x00",
    "timestamptz": _instant,
    "date": lambda value: _short(4, (value - _DAY_ONE).days),
    "bytea": _sized,
    "text[]": _list_of(_TEXT_OID, _text),
    "integer[]": _list_of(_INTEGER_OID, _integer),
    "tsvector": _lexemes,
}
_ONE_BY_ONE = {"double precision", "bytea", "tsvector"}
"""Types whose values are seldom alike, or are equal without being the same, as 0.0 and -0.0."""


class Column(Protocol):
    """Maps the values of a column to their bytes."""

    def __getitem__(self, value: Any, /) -> bytes: ...


class _Each:
    """Encodes each value of a column as it comes."""

    __slots__ = ("_encode",)

    def __init__(self, encode: Encode) -> None:
        self._encode = encode

    def __getitem__(self, value: Any) -> bytes:
        return _NULL if value is None else self._encode(value)


class _Once(dict[Any, bytes]):
    """Encodes each value of a type once and remembers it; looking it up runs no Python."""

    __slots__ = ("_encode",)

    def __init__(self, encode: Encode) -> None:
        super().__init__({None: _NULL})
        self._encode = encode

    def __missing__(self, value: Any) -> bytes:
        encoded = self[value] = self._encode(value)
        return encoded


class _Lists:
    """The same for lists, which have no hash."""

    __slots__ = ("_once",)

    def __init__(self, encode: Encode) -> None:
        self._once = _Once(encode)

    def __getitem__(self, value: Sequence[Any] | None, /) -> bytes:
        return _NULL if value is None else self._once[tuple(value)]


def _column(kind: str, *, is_once: bool) -> Column:
    encode = _BY_TYPE[kind]
    if not is_once or kind in _ONE_BY_ONE:
        return _Each(encode)
    return _Lists(encode) if kind.endswith("[]") else _Once(encode)


def columns_of(projection: Projection) -> list[Column]:
    """The columns of a table in order; those of a type share what they remember. Rows that are only ever added have
    little in common. Raises: KeyError for a type that no column may have, ValueError for a DDL of other columns."""
    by_type = {kind: _column(kind, is_once=not projection.appends) for kind in set(projection.types)}
    return [by_type[kind] for _, kind in zip(projection.columns, projection.types, strict=True)]


def copied(projection: Projection, rows: Iterable[Any]) -> Iterator[bytes]:
    """Blocks of COPY in its binary form. Raises: UNFIT."""
    values_of, width = projection.values_of, len(projection.columns).to_bytes(2)
    yield _BEGIN
    for block in batched(rows, ROWS_AT_ONCE, strict=False):
        columns = columns_of(projection)
        yield width + width.join([b"".join(map(getitem, columns, values_of(row))) for row in block])
    yield _END
