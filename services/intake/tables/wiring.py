"""What an import of a table needs of a process, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

from services.intake.tables.columns import count_known
from services.intake.tables.csv_file import csv_sheet
from services.intake.tables.ends import Asks
from services.intake.tables.importing import RegisterImport, import_of
from services.intake.tables.registers import CUSTOMERS, MOULDS, Register
from services.intake.tables.sheet import Sheet, no_table
from services.intake.tables.standings import Standings
from services.intake.tables.xlsx_file import xlsx_sheet
from shared.files.port import LIMIT, FileStore
from shared.masters.staff import SYSTEM_USER
from shared.people.people import People
from shared.runtime.clock import Clock
from shared.runtime.identity import ActorSigner, ActorVerifier
from shared.runtime.imported_rows import TableImport
from shared.store.connection import Connection
from shared.store.evidence import StoredEvidence
from shared.store.jetstream import JetStreamStore
from shared.store.raw import RawMessages

Opened = AbstractAsyncContextManager[TableImport]
OpenTable = Callable[..., Opened]


class Means(Protocol):
    """Connections, keys and stores of a process that acts as a service."""

    @property
    def client(self) -> Connection: ...
    @property
    def people(self) -> People: ...
    @property
    def files(self) -> FileStore: ...
    @property
    def raw(self) -> RawMessages: ...
    @property
    def signer(self) -> ActorSigner: ...
    @property
    def verifier(self) -> ActorVerifier: ...
    @property
    def pepper(self) -> bytes: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def commands(self) -> Asks: ...


def sheet_in(register: Register, form: str, content: bytes) -> Sheet:
    """The table in a file of this form, `csv` or `xlsx`. Raises: NoTable."""
    if form == "xlsx":
        return xlsx_sheet(content)
    return csv_sheet(content, lambda headings: count_known(register, headings))


def _opening(register: Register, form: str) -> OpenTable:
    @asynccontextmanager
    async def opened(means: Means, path: Path, *, source: str, is_rehearsed: bool) -> AsyncIterator[TableImport]:
        """A table that was read. Raises: OSError, NoTable, nats.errors.Error."""
        # Short commands read the stage too; what decides is loaded by those who import a table.
        from services.intake.tables.rehearsal import Rehearsal

        if path.stat().st_size > LIMIT:
            raise no_table("too_large")
        content = path.read_bytes()
        sheet = sheet_in(register, form, content)
        async with JetStreamStore(means.client) as log:
            rehearsal = Rehearsal(
                log, StoredEvidence(means.files, means.raw), means.verifier, means.pepper, means.clock
            )
            yield RegisterImport(
                register,
                sheet,
                import_of(register.kind, source, content),
                commands=rehearsal if is_rehearsed else means.commands,
                token=lambda: means.signer.sign(SYSTEM_USER, means.clock.now(), system=True, rights=("import",)),
                standings=Standings(log, means.people, register.kind),
            )

    return opened


TABLES: dict[str, OpenTable] = {
    f"{register.kind}s-{form}": _opening(register, form) for register in (CUSTOMERS, MOULDS) for form in ("csv", "xlsx")
}
"""How a table of each format is opened."""
