"""Facts about our own people: who may sign in, in which roles, and who stands in for whom."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.events.shapes import CustomerId, Day, FileRef, Instant, NewUserName, Short, UserName
from shared.events.vocabulary import Department, Role

Reason = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 500})]
"""A reason about our own organisation: no customer's person stands in it, so it is not sealed."""
Level = Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": 4})]


class UserAdded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A user may sign in, with these roles; a customer's user belongs to one company."""

    user_name: NewUserName
    roles: list[Role]
    dept: Department | None = None
    customer_id: CustomerId | None = None


class RoleGranted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The whole set of a user's roles from now on; it also takes away."""

    roles: list[Role]
    reason: Reason


class UserDisabled(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A user may no longer sign in or act."""

    reason: Reason


class PersonRegistered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of our people, with or without sign-in, and the department."""

    person_id: NewUserName
    name: Short
    dept: Department
    roles_of_work: list[Short] = []


class SkillRecorded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A skill of one of our people, level 1 to 4, and the certificate behind it (B-39)."""

    skill: Short
    level: Level
    certificate_ref: FileRef | None = None
    expires_on: Day | None = None


class DelegateAppointed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody stands in for this person from one instant to another (decision 8 of the norm's gaps)."""

    delegate: UserName
    valid_from: Instant
    valid_to: Instant
    reason: Reason


class DelegateRevoked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A delegation ended before its time."""

    appointed_event_id: Annotated[str, Meta(extra_json_schema={"pattern": r"^[0-9a-f-]{36}$"})]
    reason: Reason | None = None
