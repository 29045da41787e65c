"""Numbers of the registers as people type them: which customer or mould is meant, and what the register says of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.console.pages.forms.pruning import linked_facts
from services.console.pages.forms.shape import FormField
from services.console.pages.forms.situation import Situation
from services.console.pages.forms.typed import Typed, inside, one
from services.console.parts import Connection
from services.console.reading import Reading
from services.console.scopes import CASE_ROLES
from shared.store.identifiers import id_of_number

_READS = {"customer": "customer", "mould": "mould"}


async def named(reading: Reading, fields: Sequence[FormField], given: Typed) -> dict[tuple[str, str], str]:
    """The ids of customers and moulds that were typed by number; an id of the register stands for itself."""
    wanted = {(group, text) for path, group in _picks(fields, "") if (text := one(given, path))}
    if not wanted:
        return {}
    async with reading.at(tuple(f"{group}s" for group, _ in wanted)) as (connection, _):
        return {key: await _id(reading, connection, *key) for key in wanted}


def _picks(fields: Sequence[FormField], path: str) -> Iterator[tuple[str, str]]:
    """The fields that name a customer or a mould, by path, with its kind."""
    for field in fields:
        below = inside(path, field.name)
        if field.kind == "group":
            yield from _picks(field.fields, below)
        elif field.kind == "pick" and field.group in _READS:
            yield below, field.group


async def _id(reading: Reading, connection: Connection, group: str, text: str) -> str:
    row = await _found(reading, connection, group, text)
    return str(row.aggregate_id) if row is not None else id_of_number(text)


async def _found(reading: Reading, connection: Connection, group: str, text: str) -> Any:
    for id in (id_of_number(text), text):
        rows = await reading.read(_READS[group])(connection, id) if id.isprintable() else []
        if rows:
            return rows[-1]
    return None


async def completed(reading: Reading, now: Situation, given: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same with what the register says of the mould and its owner, where nothing was typed."""
    customer_no, mould_no = one(given, "customer_id"), one(given, "mould_id")
    if not (customer_no or mould_no) or not now.visitor.has(*CASE_ROLES):
        return given
    async with reading.at(("customers", "moulds")) as (connection, _):
        mould = await _found(reading, connection, "mould", mould_no) if mould_no else None
        owner = customer_no or (mould.customer_id if mould is not None else "")
        customer = await _found(reading, connection, "customer", owner) if owner else None
    facts = linked_facts(mould, customer)
    return given | {name: [value] for name, value in facts.items() if not one(given, name)}
