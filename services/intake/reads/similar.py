"""Cases like this one, so that what was learnt is used again: by kind of mould, fault code and words (B-30)."""

from datetime import datetime

from msgspec import Struct

from services.intake.reads.duplicates import DESCRIBED
from services.intake.reads.finding import COUNTS
from shared.projections.scope import Scope, cases_within
from shared.projections.search_text import alternatives, likeness
from shared.projections.statements import Connection

_CANDIDATES = 60
_SIMILAR = f"""
select c.aggregate_id, c.state, c.mould, c.fault_code, c.received_at, c.verified_at, d.description
from (
    select c.aggregate_id, c.state, coalesce(c.mould_no, m.mould_no) as mould, c.fault_code, c.received_at,
        c.verified_at, coalesce(c.fault_code = %(fault_code)s, false) as has_same_fault,
        ts_rank(t.words, %(words)s::tsquery) as rank
    from read.open_cases as c left join read.moulds as m on m.aggregate_id = c.mould_id
        join read.case_text as t on t.aggregate_id = c.aggregate_id and (t.version = 1 or t.revises = 1) and {COUNTS})
    where c.aggregate_id <> %(case_id)s and coalesce(c.mould_kind, m.kind) = %(mould_kind)s
        and c.state not in ('CANCELLED', 'MERGED', 'TRANSFERRED') and {{within}}
        and (c.fault_code = %(fault_code)s or t.words @@ %(words)s::tsquery)
    order by has_same_fault desc, rank desc, c.received_at desc, c.aggregate_id limit %(limit)s) as c
    {DESCRIBED}
order by c.has_same_fault desc, c.rank desc, c.received_at desc, c.aggregate_id"""


class SimilarCase(Struct, frozen=True):
    """A case like this one; `likeness` of the descriptions from 0 to 1."""

    case_id: str
    state: str
    mould_no: str | None
    fault_code: str | None
    received_at: datetime
    verified_at: datetime | None
    likeness: float
    has_same_fault: bool


async def similar_cases(
    connection: Connection,
    case_id: str,
    mould_kind: str,
    fault_code: str | None,
    text: str,
    scope: Scope,
    limit: int = 5,
) -> list[SimilarCase]:
    """Cases of the scope on moulds of this kind: those with the same fault first, then the most alike in words."""
    values = {
        "case_id": case_id,
        "mould_kind": mould_kind,
        "fault_code": fault_code,
        "words": alternatives(text) or "'\u00b7'",
        "limit": _CANDIDATES,
        **scope.values(),
    }
    asked = _SIMILAR.format(within=cases_within(scope, "c.aggregate_id"))
    rows = await (await connection.execute(asked.encode(), values)).fetchall()
    found = [_item(fault_code, text, *row) for row in rows]
    return sorted(found, key=lambda one: (not one.has_same_fault, -one.likeness))[:limit]


def _item(
    fault_code: str | None,
    text: str,
    case_id: str,
    state: str,
    mould_no: str | None,
    fault: str | None,
    received_at: datetime,
    verified_at: datetime | None,
    description: str | None,
) -> SimilarCase:
    alike, is_same = round(likeness(text, description or ""), 3), fault is not None and fault == fault_code
    return SimilarCase(case_id, state, mould_no, fault, received_at, verified_at, alike, is_same)
