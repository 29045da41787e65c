"""Which headings a table may have: the fields of the events, by name or by the label that forms show.

A field inside a list has the number of its entry in the heading: `contacts.1.name`, 联系人.1.姓名.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

import msgspec
from msgspec import Struct, inspect

from services.intake.tables.cells import Reader, reader_of
from services.intake.tables.registers import Register
from services.intake.tables.sheet import no_table
from shared.store.checker import set_by_service
from shared.texts.catalogue import Sentence, catalogue

NOTE_MARK = "#"
"""Begins the heading of a column that is passed over."""
REASON = ("reason",)
"""Why the register says something else now; for every register."""
_INDEX = re.compile(r"[._\[]*([1-9][0-9]?)[._\]]*")

Path = tuple[str | int, ...]
"""Where a value stands in the body of a command: names, and places in lists from 1."""


class Leaf(Struct, frozen=True):
    """A column that may be there. In `path` 0 stands for the number of an entry; `labels` as forms show them."""

    path: Path
    labels: tuple[Sentence, ...]
    read: Reader
    is_term: bool = False
    is_customer: bool = False
    """Names a customer, by number."""

    @property
    def name(self) -> str:
        """The heading by field names, `1` for the first entry of a list."""
        return ".".join("1" if part == 0 else str(part) for part in self.path)


class Column(Struct, frozen=True):
    """A column that is there: its heading in the file, its leaf, and where its values go."""

    heading: str
    leaf: Leaf
    path: Path


@cache
def leaves_of(register: Register) -> tuple[Leaf, ...]:
    """All columns that a table of this register may have."""
    found = [*_leaves(register.registered, (), (), is_term=False)]
    if register.terms is not None:
        found += _leaves(register.terms, (), (), is_term=True)
    return (*found, Leaf(REASON, (_label("", "reason"),), reader_of(inspect.StrType())))


def _leaves(struct: type[Struct], path: Path, labels: tuple[Sentence, ...], *, is_term: bool) -> Iterator[Leaf]:
    for field in msgspec.structs.fields(struct):
        kind = inspect.type_info(field.type)
        if set_by_service(kind):
            continue
        here, named = (*path, field.name), (*labels, _label(struct.__name__, field.name))
        inner = _item(kind)
        if inner is None:
            yield Leaf(here, named, reader_of(kind), is_term, is_customer=_refers(kind) == "customer")
        elif isinstance(inner, inspect.StructType):
            yield from _leaves(inner.cls, (*here, 0), named, is_term=is_term)
        else:
            yield Leaf((*here, 0), named, reader_of(inner), is_term)


def _item(kind: inspect.Type) -> inspect.Type | None:
    """What a list holds, None for what is no list."""
    if isinstance(kind, inspect.Metadata):
        return _item(kind.type)
    return kind.item_type if isinstance(kind, inspect.ListType) else None


def _refers(kind: inspect.Type) -> str | None:
    return (kind.extra or {}).get("refers") or _refers(kind.type) if isinstance(kind, inspect.Metadata) else None


def _label(owner: str, name: str) -> Sentence:
    words = catalogue("words")
    return words.get(f"field.{owner}.{name}") or words[f"field.{name}"]


@cache
def _names(register: Register) -> dict[tuple[str, ...], Leaf]:
    """Leaves by what a heading may say before and behind the number of an entry, or by all that it says."""
    found: dict[tuple[str, ...], Leaf] = {}
    for leaf in leaves_of(register):
        parts = [part for part in leaf.path if part != 0]
        names = [(str(part), label.zh, label.en) for part, label in zip(parts, leaf.labels, strict=True)]
        for spelled in product(*names):
            key = tuple(_folded(one) for one in spelled)
            found[key if leaf.path[-1] != 0 else (*key, "")] = leaf
        if leaf.is_customer:
            found[("customer_no",)] = found[(_folded(_label("", "customer_no").zh),)] = leaf
    return found


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def column_of(register: Register, heading: str) -> Column | None:
    """The column that a heading means, None when it means none."""
    names, text = _names(register), _folded(heading)
    if (leaf := names.get((text,))) is not None:
        return Column(heading, leaf, leaf.path)
    for found in _INDEX.finditer(text):
        if (leaf := names.get((text[: found.start()], text[found.end() :]))) is not None:
            return Column(heading, leaf, tuple(int(found[1]) if part == 0 else part for part in leaf.path))
    return None


def count_known(register: Register, headings: Sequence[str]) -> int:
    """How many of these headings mean a column."""
    return sum(column_of(register, heading) is not None for heading in headings)


def columns_of(register: Register, headings: Sequence[str]) -> tuple[Column | None, ...]:
    """The columns of a table, None for one that is passed over.

    Raises: NoTable naming every heading that is unknown or doubled, a missing number, and the headings there are.
    """
    found = [None if not one or one.startswith(NOTE_MARK) else column_of(register, one) for one in headings]
    unknown = [
        one for one, column in zip(headings, found, strict=True) if column is None and one and one[:1] != NOTE_MARK
    ]
    paths = [column.path for column in found if column is not None]
    doubled = [one.heading for place, one in enumerate(filter(None, found)) if one.path in paths[:place]]
    lacking = [] if (register.number,) in paths else [register.number]
    if unknown or doubled or lacking:
        raise no_table(
            "headings",
            unknown=_listed(unknown),
            doubled=_listed(doubled),
            lacking=_listed(lacking),
            known=", ".join(leaf.name for leaf in leaves_of(register)),
        )
    return tuple(found)


def _listed(headings: Sequence[str]) -> str:
    return ", ".join(repr(one[:60]) if not one.isprintable() else one[:60] for one in headings) or "–"
