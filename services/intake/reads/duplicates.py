"""Cases that may tell of the same problem: a hint to whoever registers or judges, never a refusal (B-33)."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from shared.people.identity import normalised_email, normalised_phone
from shared.projections.scope import Scope, cases_within
from shared.projections.search_text import likeness
from shared.projections.statements import Connection

SAME_MOULD_WITHIN = timedelta(days=7)
SAME_CONTACT_WITHIN = timedelta(days=90)
ALIKE = 0.5
"""Texts that share half of their pairs tell of the same thing."""
_MOST = 50
DESCRIBED = """left join lateral (
        select said #>> '{{}}' as description from (
            select version, case version when 1 then fields::jsonb -> 'problem_description'
                else fields::jsonb -> 'new_value' end as said
            from read.case_text where aggregate_id = c.aggregate_id and (version = 1 or revises = 1
                and type = 'RecordCorrected' and fields::jsonb ->> 'field_path' = 'problem_description')) as each
        where jsonb_typeof(said) = 'string' order by version desc limit 1) as d on true"""
"""The description of a case's problem as it counts, for a query of cases `c`; none where it is unknown or gone."""
_NEAR = f"""
select c.aggregate_id, c.state, coalesce(c.mould_no, m.mould_no), c.fault_code, c.received_at,
    coalesce(c.mould_id = %(mould_id)s or c.mould_no = %(mould_no)s, false), c.contact_id = any(%(persons)s),
    d.description
from read.open_cases as c left join read.moulds as m on m.aggregate_id = c.mould_id
    {DESCRIBED}
where c.aggregate_id <> %(case_id)s and c.state not in ('CANCELLED', 'MERGED', 'TRANSFERRED') and {{within}}
    and ((c.mould_id = %(mould_id)s or c.mould_no = %(mould_no)s)
            and c.received_at between %(mould_from)s and %(mould_to)s
        or c.contact_id = any(%(persons)s) and c.received_at between %(contact_from)s and %(contact_to)s)
order by c.received_at desc, c.aggregate_id limit %(limit)s"""
_PERSONS = """
select distinct person_id, phone, email from read.people
where right(regexp_replace(phone, '[^0-9]', '', 'g'), 7) = %(ending)s or lower(email) = %(email)s limit 500"""


class Sought(Struct, frozen=True, kw_only=True):
    """The report that others are compared with; `persons` by id, `case_id` empty before it is registered."""

    received_at: datetime
    case_id: str = ""
    mould_id: str | None = None
    mould_no: str | None = None
    fault_code: str | None = None
    persons: tuple[str, ...] = ()
    text: str = ""


class Duplicate(Struct, frozen=True):
    """A case that may be the same, and why: SAME_MOULD, SAME_FAULT_GROUP, SAME_CONTACT."""

    case_id: str
    state: str
    mould_no: str | None
    fault_code: str | None
    received_at: datetime
    reasons: list[str]
    likeness: float


def fault_group(code: str) -> str:
    """The group of a fault code: `I-PQ` of `I-PQ-01`."""
    return code.rpartition("-")[0]


async def duplicates(connection: Connection, sought: Sought, scope: Scope) -> list[Duplicate]:
    """Cases of the scope with the same mould within seven days, or of the same contact in similar words."""
    values: dict[str, Any] = {
        "case_id": sought.case_id,
        "mould_id": sought.mould_id,
        "mould_no": sought.mould_no,
        "persons": list(sought.persons),
        "mould_from": sought.received_at - SAME_MOULD_WITHIN,
        "mould_to": sought.received_at + SAME_MOULD_WITHIN,
        "contact_from": sought.received_at - SAME_CONTACT_WITHIN,
        "contact_to": sought.received_at + SAME_CONTACT_WITHIN,
        "limit": _MOST,
        **scope.values(),
    }
    text = _NEAR.format(within=cases_within(scope, "c.aggregate_id"))
    rows = await (await connection.execute(text.encode(), values)).fetchall()
    return [one for row in rows if (one := _judged(sought, *row)).reasons]


def _judged(
    sought: Sought,
    case_id: str,
    state: str,
    mould_no: str | None,
    fault_code: str | None,
    received_at: datetime,
    same_mould: bool,
    same_contact: bool,
    description: str | None,
) -> Duplicate:
    alike = likeness(sought.text, description or "")
    groups = {fault_group(code) for code in (sought.fault_code, fault_code) if code}
    reasons = []
    if same_mould and abs(received_at - sought.received_at) <= SAME_MOULD_WITHIN and len(groups) < 2:
        reasons.append("SAME_MOULD")
        if sought.fault_code and fault_code:
            reasons.append("SAME_FAULT_GROUP")
    if same_contact and alike >= ALIKE:
        reasons.append("SAME_CONTACT")
    return Duplicate(case_id, state, mould_no, fault_code, received_at, reasons, round(alike, 3))


async def persons_reached(connection: Connection, contact: str) -> tuple[str, ...]:
    """The ids of the persons behind a phone number or an e-mail address, however it is written."""
    email = normalised_email(contact) if "@" in contact else None
    ending = "".join(one for one in contact if one.isdecimal())[-7:] if email is None else ""
    values = {"email": email, "ending": ending if len(ending) == 7 else None}
    rows = await (await connection.execute(_PERSONS, values)).fetchall()
    found = (
        person
        for person, phone, address in rows
        if (email is not None and address and normalised_email(address) == email)
        or (email is None and phone and normalised_phone(phone) == normalised_phone(contact))
    )
    return tuple(dict.fromkeys(found))
