"""Whether somebody may see one case, and which records name a file."""

from msgspec import Struct

from shared.projections.scope import Scope, cases_within, moulds_within
from shared.projections.statements import Connection

_SEES = "select {within} from (values (%(case_id)s::text)) as c (id)"
_USES = """
select f.kind, f.aggregate_id, f.is_drawing, f.departments, f.named_by, case f.kind
    when 'case' then {within_case} when 'mould' then {within_mould} else false end
from (select split_part(aggregate_id, '.', 1) as kind, split_part(aggregate_id, '.', 2) as member, *
    from read.file_uses where digest = %(digest)s and counts) as f
    left join read.moulds as m on f.kind = 'mould' and m.aggregate_id = f.member
order by f.sequence"""


class NamedFile(Struct, frozen=True):
    """An aggregate whose event names a file; `is_seen`: a case or mould within the scope."""

    kind: str
    aggregate_id: str
    is_drawing: bool
    departments: list[str]
    named_by: str
    is_seen: bool


async def sees_case(connection: Connection, case_id: str, scope: Scope) -> bool:
    """Whether a case, if there is one, lies in the scope."""
    text = _SEES.format(within=cases_within(scope, "c.id"))
    row = await (await connection.execute(text.encode(), {"case_id": case_id, **scope.values()})).fetchone()
    return row is not None and bool(row[0])


async def file_uses(connection: Connection, digest: str, scope: Scope) -> list[NamedFile]:
    """Who names a file, oldest first; empty when nobody does."""
    text = _USES.format(
        within_case=cases_within(scope, "f.member"), within_mould=moulds_within(scope, "f.member", "m.customer_id")
    )
    rows = await (await connection.execute(text.encode(), {"digest": digest, **scope.values()})).fetchall()
    return [NamedFile(*row) for row in rows]
