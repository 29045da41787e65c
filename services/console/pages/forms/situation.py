"""What the console knows when a form is filled: the case and its events, our people, registers, fault codes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from services.console.case_events import CaseEvent, case_events, counting
from services.console.pages.fault_names import fault_names
from services.console.pages.forms.shape import FormField
from services.console.parts import Connection
from services.console.reading import SCOPES, Reading
from services.console.scopes import CASE_ROLES, READERS, cases_of
from services.console.sessions import Visitor
from services.console.warranty import advice_for
from services.intake.stage import CaseQuestion
from shared.events.vocabulary import Role
from shared.rules.warranty import Advice

_MOST = 500
_HISTORY = 20
_MODELS = ("people", "case_text", "moulds", *SCOPES)
_REGISTERS = {"staff": "staff", "customer": "customers", "mould": "moulds"}
_ADVISED = "WarrantyAssessed"
_CODES = frozenset({"fault_code", "cause_code"})


class Situation(Struct, kw_only=True):
    """`case` is None for what opens an aggregate. Lists are empty when no field of the form asks for them;
    `chosen` is the event that a form is about, `warranty` what the warranty of the mould says."""

    now: datetime
    visitor: Visitor
    case: Any = None
    contact: Any = None
    events: Sequence[CaseEvent] = ()
    staff: Sequence[Any] = ()
    customers: Sequence[Any] = ()
    moulds: Sequence[Any] = ()
    history: Sequence[Any] = ()
    codes: dict[str, str] = {}
    chosen: CaseEvent | None = None
    warranty: Advice | None = None

    def all(self, type: str) -> list[CaseEvent]:
        """The events of a type in this cycle that count, in order."""
        cycle = self.case.cycle if self.case is not None else 1
        return [event for event in counting(self.events) if event.type == type and event.cycle == cycle]

    def last(self, type: str) -> CaseEvent | None:
        """The newest event of a type in this cycle."""
        return next(reversed(self.all(type)), None)

    def said(self, type: str, *path: str) -> Any:
        """A field of the newest event of a type; None when there is none, or when it is sealed from the visitor."""
        found = self.last(type)
        value: Any = found.data if found is not None else None
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return None if isinstance(value, str) and value.startswith("sealed:") else value

    def is_remote(self) -> bool | None:
        """Whether the service is one from afar, None while nobody can say."""
        mode = self.said("ServiceVerified", "mode")
        if mode is not None:
            return bool(mode == "REMOTE")
        if self.case is None or self.case.state not in ("REMOTE_RESOLVED", "WORK_DONE"):
            return None
        return bool(self.case.state == "REMOTE_RESOLVED")

    def is_return(self) -> bool | None:
        """Whether the mould comes to our factory, None while nobody can say."""
        mode = self.said("OnsiteRequested", "service_mode")
        return bool(mode == "RETURN") if mode is not None else None

    @property
    def mould(self) -> Any:
        """The mould of the register that the case is linked to."""
        linked = self.case.mould_id if self.case is not None else None
        return next((row for row in self.moulds if row.aggregate_id == linked), None)


def every(fields: Sequence[FormField]) -> Iterator[FormField]:
    """All fields with those inside groups and rows."""
    for field in fields:
        yield field
        yield from every(field.fields)


async def situation(
    reading: Reading, visitor: Visitor, fields: Sequence[FormField], case_id: str | None, language: str
) -> Situation:
    """The situation that these fields are asked in. Raises: Refused when the visitor may not see the case."""
    found = Situation(now=reading.now(), visitor=visitor)
    wanted = {_REGISTERS[field.group] for field in every(fields) if field.group in _REGISTERS}
    wanted |= {"customers"} if any(field.group == "Zone" for field in fields) else set()
    async with reading.at((*_MODELS, *wanted, "policies") if case_id else (*wanted, "policies")) as (connection, _):
        if case_id is not None:
            found.case = await reading.case(connection, visitor, case_id)
            found.events = await case_events(reading, connection, visitor, case_id)
            if await reading.opens_texts(connection, visitor, case_id):
                found.contact = await reading.read("caller")(connection, case_id)
            if any(field.owner == _ADVISED for field in fields):
                found.warranty = await advice_for(reading, connection, visitor, found.case, found.events)
        await _registers(reading, connection, found, wanted)
        if any(field.group == "case" for field in every(fields)):
            found.history = await _history(reading, connection, found)
        if any(field.name in _CODES for field in every(fields)):
            found.codes = await fault_names(reading, connection, language)
    return found


async def _registers(reading: Reading, connection: Connection, found: Situation, wanted: set[str]) -> None:
    if "staff" in wanted and found.visitor.has(*CASE_ROLES):
        page = await reading.read("staff")(connection, None, _MOST)
        found.staff = [row for row in page.items if row.is_active and Role.CUSTOMER.value not in row.roles]
    for name in ("customers", "moulds"):
        if name in wanted and found.visitor.has(*READERS):
            page = await reading.read(name)(connection, None, _MOST, cases_of(found.visitor))
            setattr(found, name, page.items)
    linked = found.case.mould_id if found.case is not None else None
    if linked is not None and found.mould is None:
        found.moulds = [*found.moulds, *(await reading.read("mould")(connection, linked))[-1:]]


async def _history(reading: Reading, connection: Connection, found: Situation) -> Sequence[Any]:
    """Other cases of the same mould, newest first."""
    if found.case is None or not found.case.mould_no:
        return ()
    question = CaseQuestion(
        now=found.now, view="all", q=found.case.mould_no, limit=_HISTORY, scope=cases_of(found.visitor)
    )
    page = await reading.read("cases")(connection, question)
    return [one for one in page.items if one.case_id != found.case.case_id and one.mould_no == found.case.mould_no]
