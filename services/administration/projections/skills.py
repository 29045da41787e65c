"""skills: who of our people can do what, how well, and until when a certificate says so (B-39)."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from shared.events.envelope import Recorded
from shared.events.staff import SkillRecorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference


class SkillRow(Struct, frozen=True):
    """A skill of one person as it was last recorded; `expires_on` None: it does not run out."""

    aggregate_id: str
    version: int
    sequence: int
    skill: str
    level: int
    expires_on: date | None


def apply(current: None, recorded: Recorded, event: SkillRecorded, reference: Reference) -> Sequence[SkillRow]:
    """The skill as it is known now."""
    where = (recorded.aggregate_id, recorded.meta.version, recorded.sequence)
    return (SkillRow(*where, event.skill, event.level, event.expires_on),)


SKILLS = Projection(
    name="skills",
    version=1,
    kinds=frozenset({"staff"}),
    handles=frozenset({"SkillRecorded"}),
    row=SkillRow,
    key=("aggregate_id", "skill"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    skill text not null,
    level integer not null,
    expires_on date)""",
    apply=apply,
    module=__name__,
)
