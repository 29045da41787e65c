"""Advice for judging a case: what is known of its mould, what it may repeat, what it is like, and who can be sent.

Shown to those who judge, and recorded as seen by the command (`drawings_consulted`, `history_consulted`,
`not_duplicate_of`); nothing is ever refused because of it (R-2.1.3-a; B-08, B-30, B-33, B-39).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.administration.stage import lacking
from services.console.case_events import CaseEvent, case_events, record_events
from services.console.pages.language import ZONE
from services.console.parts import Connection
from services.console.reading import SCOPES, Reading
from services.console.scopes import needs, scope_of
from services.console.sessions import Visitor
from services.intake.stage import Sought
from services.triage.stage import RepairOrReplace, repair_or_replace
from shared.events.shapes import Drawing
from shared.events.vocabulary import Role
from shared.store.identifiers import id_of_number

ADVISED = (Role.SPECIALIST, Role.SUPERVISOR, Role.ENGINEER, Role.TECHNICIAN)
"""Those who judge, prepare and do the work; all hints stay within the cases whose texts they may read."""
MODELS = ("case_text", "people", "record_text", "moulds", "skills", "staff", *SCOPES)
REPORTERS = (*ADVISED, Role.SALES)
"""Those who register reports of others and so see before whether it was reported already."""


class Skills(Struct, frozen=True):
    """What a consultation asked for, who can do what on the day of the visit, and what nobody can."""

    needed: Sequence[str]
    people: Sequence[Any]
    lacking: Sequence[str]


class Advice(Struct, frozen=True, kw_only=True):
    """`mould` is the register's row, None while the case is linked to none; `history` its other cases."""

    mould: Any
    drawings: Sequence[Drawing]
    history: Sequence[Any]
    similar: Sequence[Any]
    duplicates: Sequence[Any]
    looked_at: Sequence[str]
    skills: Skills
    repair_or_replace: RepairOrReplace | None


async def advice_on(reading: Reading, connection: Connection, visitor: Visitor, case_id: str) -> Advice:
    """Everything that helps to judge a case. Raises: Refused with A-ROLE or H-404."""
    needs(visitor, ADVISED)
    case = await reading.case(connection, visitor, case_id)
    scope = scope_of(visitor, ADVISED)
    events = await case_events(reading, connection, visitor, case_id)
    report, text = events[0].data, await _text(reading, connection, visitor, case, events)
    rows = await reading.read("mould")(connection, case.mould_id) if case.mould_id else []
    mould = rows[-1] if rows else None
    kind = case.mould_kind
    sought = Sought(
        received_at=case.received_at,
        case_id=case_id,
        mould_id=case.mould_id,
        mould_no=case.mould_no,
        fault_code=case.fault_code,
        persons=(case.contact_id,),
        text=text,
    )
    similar = reading.read("similar_cases")
    return Advice(
        mould=mould,
        drawings=await _drawings(reading, connection, mould),
        history=await _history(reading, connection, case, visitor),
        similar=await similar(connection, case_id, kind, case.fault_code, text, scope) if kind else (),
        duplicates=await reading.read("duplicates")(connection, sought, scope),
        looked_at=report.get("not_duplicate_of", ()),
        skills=await _skills(reading, connection, case.visit_at or reading.now(), events),
        repair_or_replace=_worth(mould, events),
    )


async def hints(
    reading: Reading, connection: Connection, visitor: Visitor, mould_no: str, contact: str, text: str
) -> Sequence[Any]:
    """Cases that may tell of a problem that is about to be registered. Raises: Refused with A-ROLE."""
    needs(visitor, REPORTERS)
    persons = await reading.read("persons_reached")(connection, contact) if contact else ()
    sought = Sought(
        received_at=reading.now(),
        mould_id=id_of_number(mould_no) if mould_no else None,
        mould_no=mould_no or None,
        persons=persons,
        text=text,
    )
    return list(await reading.read("duplicates")(connection, sought, scope_of(visitor, REPORTERS)))


async def _text(
    reading: Reading, connection: Connection, visitor: Visitor, case: Any, events: Sequence[CaseEvent]
) -> str:
    """The description of the problem, where the visitor may read it."""
    if not await reading.opens_texts(connection, visitor, case.case_id):
        return ""
    told = events[0].data.get("problem_description")
    return told if isinstance(told, str) else ""


async def _history(reading: Reading, connection: Connection, case: Any, visitor: Visitor) -> Sequence[Any]:
    if case.mould_id is None:
        return ()
    found = await reading.read("cases_of_mould")(connection, case.mould_id, scope_of(visitor))
    return [one for one in found if one.case_id != case.case_id]


async def _drawings(reading: Reading, connection: Connection, mould: Any) -> Sequence[Drawing]:
    """The list of drawings that counts now, with the files that the register's row leaves out."""
    events = await record_events(reading, connection, "mould", mould.aggregate_id) if mould is not None else ()
    said = (event.data.get("fields", event.data) for event in reversed(events))
    listed = next((one["drawings"] for one in said if isinstance(one, dict) and "drawings" in one), ())
    return msgspec.convert(listed, list[Drawing])


async def _skills(reading: Reading, connection: Connection, at: datetime, events: Sequence[CaseEvent]) -> Skills:
    people = await reading.read("skills")(connection, at.astimezone(ZONE).date())
    minutes = next((one.data for one in reversed(events) if one.type == "ConsultationHeld"), {})
    needed = [one["ref"] for one in minutes.get("resources", ()) if one["kind"] == "PERSON"]
    return Skills(needed, people, lacking(people, needed))


def _worth(mould: Any, events: Sequence[CaseEvent]) -> RepairOrReplace | None:
    if mould is None:
        return None
    quoted = next((one.data["total_fen"] for one in reversed(events) if one.type == "QuotationIssued"), None)
    return repair_or_replace(mould.guaranteed_shots, mould.shots, mould.shots_estimated, quoted)
