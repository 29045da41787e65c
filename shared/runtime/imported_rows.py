"""What became of the rows of a table of master data: each comes to one end, and the ends add up."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Literal, Protocol

from msgspec import Struct

RowOutcome = Literal["new", "changed", "unchanged", "refused"]


class RowFault(Struct, frozen=True):
    """One reason for a refusal: the field of the event, the heading in the file, code, and words in both languages."""

    field: str
    heading: str
    code: str
    message: str


class ImportedRow(Struct, frozen=True):
    """One row by its number in the file: what became of it, which fields changed, or every reason why it did not."""

    row: int
    number: str
    outcome: RowOutcome
    changed: tuple[str, ...] = ()
    errors: tuple[RowFault, ...] = ()


class RowTotals(Struct, frozen=True):
    """`rows` = new + changed + unchanged + refused."""

    rows: int
    new: int
    changed: int
    unchanged: int
    refused: int


def row_totals(ends: Iterable[ImportedRow]) -> RowTotals:
    """The sums of an import."""
    outcomes: list[str] = [one.outcome for one in ends]
    return RowTotals(
        len(outcomes), **{name: outcomes.count(name) for name in ("new", "changed", "unchanged", "refused")}
    )


class TableImport(Protocol):
    """A table that was read and can be taken in: `rows` of it, and sheets of the workbook that are passed over."""

    @property
    def rows(self) -> int: ...
    @property
    def passed_over(self) -> Sequence[str]: ...

    def run(self) -> AsyncIterator[ImportedRow]:
        """The end of each row, in order. Raises: StoreUnavailable when the servers are gone; it may be run again."""
        ...

    def refused(self, ends: Iterable[ImportedRow]) -> bytes:
        """The refused rows as CSV, as they stood, with the reasons; corrected, it can be taken in by itself."""
        ...
