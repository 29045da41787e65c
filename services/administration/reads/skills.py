"""Who can be sent: the skills of those who go to customers, and which certificates have run out by a day (B-39)."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from shared.projections.statements import Connection

_SKILLS = """
select s.aggregate_id, w.name, s.skill, s.level, s.expires_on, coalesce(s.expires_on < %(day)s, false)
from read.skills as s join read.staff as w using (aggregate_id)
where w.is_active and w.roles && array['TECHNICIAN', 'ENGINEER']
order by s.skill, s.level desc, s.aggregate_id"""


class SkillItem(Struct, frozen=True):
    """A skill of somebody who may be sent; `has_expired`: the certificate ran out before the day asked for."""

    user: str
    name: str | None
    skill: str
    level: int
    expires_on: date | None
    has_expired: bool


async def skills(connection: Connection, day: date) -> list[SkillItem]:
    """The skills of all technicians and engineers, the best of each first."""
    rows = await (await connection.execute(_SKILLS, {"day": day})).fetchall()
    return [SkillItem(*row) for row in rows]


def lacking(known: Iterable[SkillItem], needed: Iterable[str]) -> list[str]:
    """The needed skills that nobody holds validly."""
    valid = {one.skill.casefold() for one in known if not one.has_expired}
    return [skill for skill in dict.fromkeys(needed) if skill.casefold() not in valid]
