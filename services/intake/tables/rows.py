"""A row as it is meant: the fields of a registration and of a warranty that it names. Pure."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from services.intake.tables.cells import CellFault
from services.intake.tables.columns import REASON, Column, Path
from services.intake.tables.registers import Register
from services.intake.tables.sheet import Row, is_blank
from shared.store.identifiers import id_of_number
from shared.store.order import Fault


class Said(Struct):
    """What one row says. An empty cell says nothing. `headings` are those of the fields, by their paths in a body."""

    row: int
    number: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None
    headings: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of the aggregate that the number names."""
        return id_of_number(self.number)


def said_by(register: Register, columns: Sequence[Column | None], row: Row) -> Said:
    """What a row says, with what its cells by themselves are refused for."""
    said, values = Said(row.number), _Values()
    for column, cell in zip(columns, row.cells, strict=False):
        if column is None or is_blank(cell):
            continue
        try:
            values.put(column, column.leaf.read(cell))
        except CellFault as fault:
            values.put(column, str(cell), fault.text)
    body = values.body(said, [column for column in columns if column is not None])
    if any(not is_blank(cell) for cell in row.cells[len(columns) :]):
        said.faults.append(Fault("V-FMT", "cells_without_heading"))
    said.number, said.reason = str(body.pop(register.number, "")), body.pop(REASON[0], None)
    if not said.number:
        said.faults.append(Fault("V-REQ", "missing", register.number))
    terms = {column.path[0] for column in columns if column is not None and column.leaf.is_term}
    said.fields = {name: value for name, value in body.items() if name not in terms}
    said.terms = {name: value for name, value in body.items() if name in terms}
    return said


class _Values:
    """Values of a row by their paths; the entries of a list close up where one is left empty."""

    def __init__(self) -> None:
        self._found: dict[Path, tuple[Any, str | None]] = {}

    def put(self, column: Column, value: Any, fault: str | None = None) -> None:
        """Take in one value, with what it is refused for."""
        self._found[column.path] = (value, fault)

    def body(self, said: Said, columns: Sequence[Column]) -> dict[str, Any]:
        """The fields of a command; tells the faults, and the headings of all columns, by their places in it."""
        body: dict[str, Any] = {}
        entries: dict[str, list[int]] = {}
        for path in sorted(self._found, key=_entry):
            value, fault = self._found[path]
            _put(body, entries, path, value)
            if fault is not None:
                said.faults.append(Fault("V-FMT", fault, _place(entries, path)))
        said.headings = {_place(entries, column.path): column.heading for column in columns}
        return body


def _entry(path: Path) -> int:
    return int(path[1]) if len(path) > 1 else 0


def _put(body: dict[str, Any], entries: dict[str, list[int]], path: Path, value: Any) -> None:
    """Put a value where it belongs, in the order of the entries of its list."""
    name, numbers = str(path[0]), entries.setdefault(str(path[0]), [])
    if len(path) == 1:
        body[name] = value
        return
    if _entry(path) not in numbers:
        numbers.append(_entry(path))
        body.setdefault(name, []).append({})
    if len(path) == 2:
        body[name][-1] = value
    else:
        body[name][-1][str(path[2])] = value


def _place(entries: dict[str, list[int]], path: Path) -> str:
    """Where a column's values stand in a body, in the words of a fault; nowhere for an entry that is left empty."""
    name, numbers = str(path[0]), entries.get(str(path[0]), [])
    if len(path) == 1:
        return name
    place = f"{name}[{numbers.index(_entry(path)) if _entry(path) in numbers else ''}]"
    return place if len(path) == 2 else f"{place}.{path[2]}"
