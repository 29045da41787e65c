"""Takes a table in, row by row and many at once: each becomes the commands it asks for, each exactly once.

The command id derives from what a command was decided on, so a row that comes again, an import that was killed and two
imports at once meet what was appended already; what changed meanwhile is looked at anew.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import batched
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct

from services.intake.tables.columns import columns_of
from services.intake.tables.deciding import Step, faults_of, first_step, terms_step
from services.intake.tables.ends import Asks, refusal, row_faults
from services.intake.tables.refused import refused_table
from services.intake.tables.registers import Register
from services.intake.tables.rows import Said, said_by
from services.intake.tables.sheet import Sheet
from services.intake.tables.standings import Standing, Standings
from shared.runtime.imported_rows import ImportedRow, RowOutcome
from shared.store.commands import Outgoing
from shared.store.order import Fault
from shared.store.port import StoreUnavailable
from shared.store.request import MAX_BODY, Answer
from shared.texts.catalogue import sentence

ABREAST = 48
"""Rows under way at once: a service answers 64 commands at a time, and people send some too."""
PORTION = 1000
"""Rows whose members are opened together."""
LOOKS = 5
"""How often a row is decided anew because the register has changed meanwhile."""
PATIENCE = 8
"""How often a command is sent that nobody answers, with growing pauses, before the import stops."""
_NAMESPACE = uuid5(NAMESPACE_URL, "https://moldcare/tables")


class NotDone(Exception):
    """The service refused a command of a row; `has_moved`: perhaps only because somebody else came first."""

    def __init__(self, answer: Answer, *, has_moved: bool) -> None:
        super().__init__(answer.status)
        self.answer = answer
        self.has_moved = has_moved


class Import(Struct, frozen=True):
    """What an import is known by: the batch on its commands, and why the register says something else now."""

    batch: str
    reason: str


def import_of(kind: str, source: str, content: bytes) -> Import:
    """The import of this content from this source; the same again is the same import."""
    digest = hashlib.sha256(source.encode("utf-8", "surrogateescape") + b"\0" + content).hexdigest()
    told = sentence("tables", "reason").filled({"source": source[:200]}).both
    return Import(f"{kind}:{digest[:32]}", told.encode("utf-8", "replace").decode())


class RegisterImport:
    """Keeps the promises of `TableImport`. `token` signs our own machinery with the right to import."""

    def __init__(
        self,
        register: Register,
        sheet: Sheet,
        known_as: Import,
        *,
        commands: Asks,
        token: Callable[[], str],
        standings: Standings,
    ) -> None:
        self._register = register
        self._sheet = sheet
        self._known_as = known_as
        self._commands = commands
        self._token = token
        self._standings = standings
        columns = columns_of(register, sheet.headings)
        self._said = [said_by(register, columns, row) for row in sheet.rows]
        self._refuse_repeated()

    @property
    def rows(self) -> int:
        """As the port says."""
        return len(self._said)

    @property
    def passed_over(self) -> Sequence[str]:
        """As the port says."""
        return self._sheet.passed_over

    def _refuse_repeated(self) -> None:
        first: dict[str, int] = {}
        for said in self._said:
            if said.number and (row := first.setdefault(said.id, said.row)) != said.row:
                said.faults.append(Fault("V-DUP", "row_repeats", self._register.number, {"name": row}))

    async def run(self) -> AsyncIterator[ImportedRow]:
        """As the port says."""
        await self._standings.read({said.id for said in self._said if said.number})
        waiting: deque[asyncio.Task[ImportedRow]] = deque()
        try:
            for portion in batched(self._said, PORTION, strict=False):
                standing = await self._standings.of(said.id for said in portion)
                for said in portion:
                    row = self._end_of(said, standing.get(said.id, Standing()))
                    waiting.append(asyncio.create_task(row))
                    if len(waiting) >= ABREAST:
                        yield await waiting.popleft()
            while waiting:
                yield await waiting.popleft()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    def refused(self, ends: Iterable[ImportedRow]) -> bytes:
        """As the port says."""
        return refused_table(self._sheet, [one for one in ends if one.outcome == "refused"])

    async def _end_of(self, said: Said, standing: Standing) -> ImportedRow:
        """The end of one row, looked at anew while others change what it is compared with."""
        if "customer_id" in said.fields:
            said.fields["customer_id"] = await self._standings.customer_id(said.fields["customer_id"])
        done: list[Step] = []
        for look in range(1, LOOKS + 1):
            if faults := faults_of(self._register, said, standing):
                return self._refused(said, refusal(faults))
            try:
                await self._do(said, standing, done)
                break
            except NotDone as said_no:
                if look == LOOKS or not said_no.has_moved:
                    return self._refused(said, said_no.answer)
                standing = await self._standings.again(said.id)
        return _accepted(said, done)

    async def _do(self, said: Said, standing: Standing, done: list[Step]) -> None:
        """Send what a row asks for; adds the steps that made an event. Raises: NotDone."""
        version = standing.version
        if step := first_step(self._register, said, standing, self._known_as.reason):
            version = await self._send(said, step, done)
        if step := terms_step(self._register, said, standing):
            await self._send(said, msgspec.structs.replace(step, base=version), done)

    async def _send(self, said: Said, step: Step, done: list[Step]) -> int:
        """The version that the command made, now or when it came first. Raises: NotDone."""
        body = msgspec.json.encode({**step.body, "import_batch": self._known_as.batch})
        name = b"\0".join((self._register.kind.encode(), said.id.encode(), str(step.base).encode(), body)).hex()
        order = Outgoing(
            service="intake",
            command=step.command,
            aggregate_id=said.id if step.base else None,
            command_id=str(uuid5(_NAMESPACE, f"{step.command}:{name}")),
            token="",
            if_match=f'"{step.base}"' if step.base else None,
            body_fault=413 if len(body) > MAX_BODY else 0,
        )
        answer = await self._asked(order, b"" if order.body_fault else body)
        if not answer.is_accepted:
            raise NotDone(answer, has_moved=_has_moved(step, answer, self._register))
        if answer.status == 201:
            done.append(step)
        return int(answer.body["version"])

    async def _asked(self, order: Outgoing, body: bytes) -> Answer:
        for attempt in range(PATIENCE):
            answer = await self._commands.ask(msgspec.structs.replace(order, token=self._token()), body)
            if answer.status != 503:
                return answer
            await asyncio.sleep(0.05 * 2**attempt)
        raise StoreUnavailable("the service of the registers does not answer")

    def _refused(self, said: Said, answer: Answer) -> ImportedRow:
        return ImportedRow(said.row, said.number, "refused", errors=row_faults(said, answer))


def _has_moved(step: Step, answer: Answer, register: Register) -> bool:
    """Whether a refusal may only mean that somebody else came first."""
    if step.base:
        return answer.status == 409
    return any(one["code"] == "V-DUP" and one["field"] == register.number for one in answer.body["errors"])


def _accepted(said: Said, done: Sequence[Step]) -> ImportedRow:
    outcome: RowOutcome = "unchanged"
    if done:
        outcome = "new" if not done[0].base else "changed"
    return ImportedRow(said.row, said.number, outcome, tuple(name for step in done for name in step.changed))
