"""A projection as one value: its table, the events it reads and the pure function that makes rows of them.

Rows are upserted by key. Each has `aggregate_id` (with its kind in front where a table holds several kinds),
`version` and `sequence` of the event that made it, so that one aggregate can be taken out and folded again.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, get_type_hints

from msgspec import Struct
from msgspec.structs import astuple

from shared.events.envelope import Recorded
from shared.projections.reference import Reference

Apply = Callable[[Any, Recorded, Any, Reference], Sequence[Any]]
"""(what is known, the event's envelope, the event, published rules) -> rows to write, newest last.

What is known is the aggregate's newest row or None for a projection that carries, the change (`standing.Change`) for
one that folds, what counts then (`reader.Corrected`) at a correcting event for one that opens or recounts, else None.
The event is None for a projection that reads verbatim, and its opened fields as a dict for one that opens seals.
"""

_COLUMN = re.compile(r"(?:^|,)\s*\w+ (double precision|\w+(?:\[\])?)")


class Projection(Struct, frozen=True, kw_only=True, dict=True):
    """`table` is the DDL with `{table}` for the name; `indexes` are made after it, faster on a full table. A row whose
    first field is a struct has that one's columns in front.

    `kinds` empty means all, `handles` too. `carries`: apply wants the newest row of the aggregate. `folds`: it wants
    the aggregate itself, before and after the event, and so reads every event of its kinds. `appends`: a row once
    written is never written again. `ranges`: a row is written with the event at its `sequence`, and once more to end
    it. `opens`: apply gets opened personal text. `recounts`: it wants all events that count once one was corrected or
    voided, their texts sealed. `verbatim`: events are not decoded.
    """

    name: str
    version: int
    kinds: frozenset[str]
    handles: frozenset[str] = frozenset()
    row: type[Struct]
    key: tuple[str, ...]
    table: str
    indexes: tuple[str, ...] = ()
    apply: Apply
    carries: bool = False
    folds: bool = False
    appends: bool = False
    ranges: bool = False
    opens: bool = False
    recounts: bool = False
    verbatim: bool = False
    module: str = ""

    @cached_property
    def inner(self) -> tuple[str, type[Struct]] | None:
        """The first field of a row and its type, where it is a struct."""
        name = self.row.__struct_fields__[0]
        kind = get_type_hints(self.row)[name]
        return (name, kind) if isinstance(kind, type) and issubclass(kind, Struct) else None

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table, in the order of the row's fields."""
        fields = self.row.__struct_fields__
        return fields if self.inner is None else (*self.inner[1].__struct_fields__, *fields[1:])

    @cached_property
    def values_of(self) -> Callable[[Any], tuple[Any, ...]]:
        """The values of a row, one for each column."""
        if self.inner is None:
            return astuple
        inner = attrgetter(self.inner[0])
        return lambda row: (*astuple(inner(row)), *astuple(row)[1:])

    def row_of(self, values: Sequence[Any]) -> Any:
        """The row of these values."""
        if self.inner is None:
            return self.row(*values)
        width = len(self.inner[1].__struct_fields__)
        return self.row(self.inner[1](*values[:width]), *values[width:])

    def _path(self, column: str) -> str:
        if self.inner is None or column in self.row.__struct_fields__:
            return column
        return f"{self.inner[0]}.{column}"

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The type in SQL of each column, as the DDL declares it."""
        return tuple(_COLUMN.findall(self.table.partition("(")[2]))

    @cached_property
    def keeps_newest(self) -> bool:
        """Whether only the newest row of a folded aggregate counts, so that rows between need not be made."""
        return self.folds and self.key == ("aggregate_id",)

    @cached_property
    def key_of(self) -> Callable[[Any], Any]:
        """The key of a row, one value or a tuple."""
        return attrgetter(*(self._path(name) for name in self.key))

    @cached_property
    def sequence_of(self) -> Callable[[Any], int]:
        """The position of the event that made a row."""
        return attrgetter(self._path("sequence"))

    def table_name(self, build: int) -> str:
        """The table of the n-th build of this version, from 1."""
        return f"{self.name}__v{self.version}" + (f"_{build}" if build > 1 else "")

    def concerns(self, recorded: Recorded) -> bool:
        """Whether events of this aggregate's kind are read at all."""
        return not self.kinds or recorded.kind in self.kinds

    def wants(self, recorded: Recorded) -> bool:
        """Whether an event may make rows."""
        return self.concerns(recorded) and (not self.handles or recorded.meta.type in self.handles)

    def owner(self, recorded: Recorded) -> str:
        """The `aggregate_id` of rows that an event makes."""
        return self.owner_of(recorded.subject)

    def owner_of(self, subject: str) -> str:
        """The `aggregate_id` of rows of an aggregate."""
        _, kind, aggregate_id = subject.split(".", 2)
        return aggregate_id if len(self.kinds) == 1 else f"{kind}.{aggregate_id}"
