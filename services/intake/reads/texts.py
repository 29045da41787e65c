"""What a case says in words, and who its persons are: the opened texts, for those who may see them."""

from typing import Any

import msgspec
from msgspec import Struct

from shared.projections.statements import Connection

_TEXTS = "select version, type, fields from read.case_text where aggregate_id = %(case_id)s order by version"
_PERSONS = """
select distinct on (p.person_id, p.name)
    p.person_id, p.name, p.title, p.phone, p.email, coalesce(c.customer_name, p.company)
from read.people as p
left join read.customers as c on p.aggregate_id = 'customer.' || c.aggregate_id
where p.person_id = %(person_id)s and (p.name is not null or p.phone is not null or p.email is not null)
order by p.person_id, p.name, p.sequence desc"""
_CALLER = """
select person_id, name, title, phone, email, company from read.people
where aggregate_id = 'case.' || %(case_id)s order by sequence desc limit 1"""


class OpenedEvent(Struct, frozen=True):
    """The fields of one event with their texts opened; None stands where a person was erased."""

    version: int
    type: str
    fields: dict[str, Any]


class PersonItem(Struct, frozen=True):
    """A customer's person."""

    person_id: str
    name: str | None
    title: str | None
    phone: str | None
    email: str | None
    company: str | None


async def opened_events(connection: Connection, case_id: str) -> list[OpenedEvent]:
    """Every event of a case in order, opened."""
    rows = await (await connection.execute(_TEXTS, {"case_id": case_id})).fetchall()
    return [OpenedEvent(version, type, msgspec.json.decode(fields)) for version, type, fields in rows]


async def caller(connection: Connection, case_id: str) -> PersonItem | None:
    """The person that a case came from."""
    row = await (await connection.execute(_CALLER, {"case_id": case_id})).fetchone()
    return PersonItem(*row) if row is not None else None


async def person(connection: Connection, person_id: str) -> list[PersonItem]:
    """Everything that is known of a person, newest first for each name."""
    rows = await (await connection.execute(_PERSONS, {"person_id": person_id})).fetchall()
    return [PersonItem(*row) for row in rows]
