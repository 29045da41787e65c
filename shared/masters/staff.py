"""What is known of one of our people, or of a customer's user: roles, department, delegations, skills."""

from datetime import datetime
from typing import assert_never

import msgspec
from msgspec import Struct

from shared.events.envelope import Meta
from shared.events.staff import (
    DelegateAppointed,
    DelegateRevoked,
    PersonRegistered,
    RoleGranted,
    SkillRecorded,
    UserAdded,
    UserDisabled,
)
from shared.events.vocabulary import Department, Role

SYSTEM_USER = "system"
"""The name under which our own machinery acts; nobody else may bear it."""

StaffEvent = (
    UserAdded | RoleGranted | UserDisabled | PersonRegistered | SkillRecorded | DelegateAppointed | DelegateRevoked
)


class Delegation(Struct, frozen=True):
    """Somebody stands in from `valid_from` to `valid_to`; `event_id` names the appointment."""

    event_id: str
    delegate: str
    valid_from: datetime
    valid_to: datetime


class Staff(Struct, frozen=True):
    """One person. `exists` as user or as registered person; only an active user may act."""

    is_user: bool = False
    is_registered: bool = False
    is_active: bool = False
    roles: frozenset[Role] = frozenset()
    dept: Department | None = None
    customer_id: str | None = None
    name: str = ""
    delegations: tuple[Delegation, ...] = ()
    skills: frozenset[str] = frozenset()

    @property
    def exists(self) -> bool:
        """Whether anything is known under this name."""
        return self.is_user or self.is_registered


def fold(staff: Staff, event: StaffEvent, meta: Meta) -> Staff:
    """The person after one more event."""
    change = msgspec.structs.replace
    match event:
        case UserAdded():
            return change(
                staff,
                is_user=True,
                is_active=True,
                roles=frozenset(event.roles),
                dept=event.dept or staff.dept,
                customer_id=event.customer_id,
            )
        case RoleGranted():
            return change(staff, roles=frozenset(event.roles))
        case UserDisabled():
            return change(staff, is_active=False)
        case PersonRegistered():
            return change(staff, is_registered=True, name=event.name, dept=event.dept)
        case SkillRecorded():
            return change(staff, skills=staff.skills | {event.skill})
        case DelegateAppointed():
            added = Delegation(meta.event_id, event.delegate, event.valid_from, event.valid_to)
            return change(staff, delegations=(*staff.delegations, added))
        case DelegateRevoked():
            kept = tuple(one for one in staff.delegations if one.event_id != event.appointed_event_id)
            return change(staff, delegations=kept)
        case _:
            assert_never(event)
