"""The collections of the API besides cases: what reads them, and who may see them (domain: roles)."""

from msgspec import Struct

from services.console.scopes import CASE_ROLES, READERS
from shared.events.vocabulary import Role

LOG_ROLES = (Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR)
MESSAGE_ROLES = (Role.SPECIALIST, Role.SUPERVISOR)
"""See messages that came in, opened, and decide about them."""
TASK_ROLES = (Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN)
"""See what should have followed by itself and did not."""
STAFF_ROLES = (Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR)
CHANNEL_ROLES = (Role.SPECIALIST, Role.SUPERVISOR, Role.SALES, Role.ADMIN, Role.AUDITOR)
IMPROVEMENT_ROLES = (Role.SPECIALIST, Role.SUPERVISOR, Role.ENGINEER, Role.ANALYST, Role.AUDITOR, Role.DEPT)
REPORT_ROLES = (Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR, Role.DEPT)


class Collection(Struct, frozen=True):
    """`name` is its place in the URL and its read, `member` the read of one, `kind` that of the aggregate.

    `has_history`: the events of a member are shown with it, to whoever may see it. `has_page`: it can be browsed.
    """

    name: str
    kind: str
    member: str
    roles: tuple[Role, ...]
    has_history: bool = True
    has_page: bool = True


COLLECTIONS = (
    Collection("customers", "customer", "customer", (*CASE_ROLES, Role.CUSTOMER), has_history=False),
    Collection("moulds", "mould", "mould", READERS),
    Collection("channels", "channel", "channel", CHANNEL_ROLES),
    Collection("departments", "department", "department", (*STAFF_ROLES, Role.DEPT)),
    Collection("improvements", "improvement", "improvement", IMPROVEMENT_ROLES),
    Collection("reports", "report", "report", REPORT_ROLES),
    Collection("staff", "staff", "staff_member", STAFF_ROLES, has_history=False, has_page=False),
    Collection("policies", "policy", "policy", tuple(Role), has_history=False, has_page=False),
)
BY_NAME = {one.name: one for one in COLLECTIONS}
BY_KIND = {one.kind: one for one in COLLECTIONS}
