"""The stage administration as one value; nothing else of it may be imported from outside."""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

from services.administration.commands import COMMANDS
from services.administration.drafts import PUBLISHING, Draft, drafted_calendar, drafted_levels
from services.administration.notices.notice import NoticeRefused
from services.administration.notices.overlay import changes, drafted
from services.administration.projections.departments import DEPARTMENTS
from services.administration.projections.policies import POLICIES
from services.administration.projections.skills import SKILLS
from services.administration.projections.staff import STAFF
from services.administration.reads.rulebook import PublishedRules, published_rules, rulebook
from services.administration.reads.skills import lacking, skills
from shared.projections.register import finder, lister
from shared.runtime.stage import Stage

__all__ = [
    "PUBLISHING",
    "STAGE",
    "Draft",
    "NoticeRefused",
    "PublishedRules",
    "changes",
    "drafted",
    "drafted_calendar",
    "drafted_levels",
    "lacking",
]

READS: dict[str, Callable[..., Awaitable[Any]]] = {
    "skills": skills,
    "staff": lister(STAFF),
    "staff_member": finder(STAFF),
    "policies": lister(POLICIES),
    "policy": finder(POLICIES),
    "rulebook": rulebook,
    "published_rules": published_rules,
    "departments": lister(DEPARTMENTS),
    "department": finder(DEPARTMENTS),
}
STAGE = Stage(
    "administration",
    COMMANDS,
    projections=(STAFF, POLICIES, DEPARTMENTS, SKILLS),
    reads=READS,
    seed=files(__package__) / "seed",
)
