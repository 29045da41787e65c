"""Why a row was refused, in the words of the refusal and under the headings of the file."""

from collections.abc import Iterable
from typing import Protocol

from services.intake.tables.rows import Said
from shared.runtime.imported_rows import RowFault
from shared.store.commands import Outgoing
from shared.store.order import Fault
from shared.store.problem import problem
from shared.store.request import Answer


class Asks(Protocol):
    """Sends commands to the services, or rehearses them."""

    async def ask(self, order: Outgoing, body: bytes) -> Answer:
        """The answer."""
        ...


def refusal(faults: Iterable[Fault]) -> Answer:
    """A refusal that no service had to be asked for."""
    return problem(faults)


def row_faults(said: Said, answer: Answer) -> tuple[RowFault, ...]:
    """Every reason of a refusal, at the column that it is about."""
    told = ((error["field"].removeprefix("fields."), error) for error in answer.body["errors"])
    return tuple(
        RowFault(field, said.headings.get(field, field), error["code"], error["message"]) for field, error in told
    )
