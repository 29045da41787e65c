"""The rules of administration. Pure: who our people are, who stands in for whom, and which rules are in force."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec

from shared.events.policy import CalendarPublished, VocabularyPublished
from shared.events.staff import (
    DelegateAppointed,
    DelegateRevoked,
    PersonRegistered,
    RoleGranted,
    SkillRecorded,
    UserAdded,
    UserDisabled,
)
from shared.events.vocabulary import Role
from shared.masters.policy import Policy, Published
from shared.masters.staff import SYSTEM_USER, Staff
from shared.rules.calendars import faults_of
from shared.store.order import Fault, Known, Order, Refused

TOLERANCE = timedelta(minutes=5)
"""How long a publication may be on its way and still take effect at once."""
_WITH_DEPARTMENT = frozenset({Role.DEPT, Role.ENGINEER})


def check_user(order: Order, staff: Staff, known: Known) -> Iterator[Fault]:
    """A new name with roles that fit: departments have one, a customer's user belongs to one company."""
    draft: UserAdded = order.draft
    if draft.user_name == SYSTEM_USER:
        yield Fault("V-DUP", "reserved_name", "user_name")
    if staff.is_user:
        yield Fault("V-DUP", "user_exists", "user_name")
    yield from _roles(draft.roles)
    roles = set(draft.roles or ())
    if roles & _WITH_DEPARTMENT and draft.dept is None:
        yield Fault("V-REQ", "dept_needed", "dept")
    if Role.CUSTOMER in roles and draft.customer_id is None:
        yield Fault("V-REQ", "customer_needed", "customer_id")


def _roles(roles: list[Role] | None) -> Iterator[Fault]:
    if roles is None:
        return
    if not roles:
        yield Fault("V-REQ", "missing", "roles")
    for index, role in enumerate(roles):
        if role is Role.SYSTEM:
            yield Fault("V-ENUM", "system_only", f"roles[{index}]")
        elif role in roles[:index]:
            yield Fault("V-DUP", "listed_twice", f"roles[{index}]", {"name": role.value})


def add_user(order: Order, staff: Staff, known: Known) -> UserAdded:
    """Somebody may sign in from now on."""
    draft: UserAdded = order.draft
    return draft


def check_roles(order: Order, staff: Staff, known: Known) -> Iterator[Fault]:
    """Known roles, each once."""
    yield from _roles(order.draft.roles)


def _is_user(staff: Staff) -> None:
    if not staff.is_user:
        raise Refused(Fault("S-GUARD", "not_a_user"))
    if not staff.is_active:
        raise Refused(Fault("S-GUARD", "user_disabled"))


def grant_role(order: Order, staff: Staff, known: Known) -> RoleGranted:
    """The whole set of roles from now on; it fits the department and company that the user has."""
    _is_user(staff)
    draft: RoleGranted = order.draft
    if set(draft.roles) & _WITH_DEPARTMENT and staff.dept is None:
        raise Refused(Fault("S-GUARD", "dept_needed", "roles"))
    if Role.CUSTOMER in draft.roles and staff.customer_id is None:
        raise Refused(Fault("S-GUARD", "customer_needed", "roles"))
    return draft


def disable_user(order: Order, staff: Staff, known: Known) -> UserDisabled:
    """A user may not act any more."""
    _is_user(staff)
    draft: UserDisabled = order.draft
    return draft


def check_person(order: Order, staff: Staff, known: Known) -> Iterator[Fault]:
    """The person is named as in the address, and new."""
    draft: PersonRegistered = order.draft
    if draft.person_id is not None and draft.person_id != order.aggregate_id:
        yield Fault("V-FMT", "name_differs", "person_id", {"name": order.aggregate_id})
    if staff.is_registered:
        yield Fault("V-DUP", "person_exists", "person_id")


def register_person(order: Order, staff: Staff, known: Known) -> PersonRegistered:
    """One of our people, with or without sign-in."""
    draft: PersonRegistered = order.draft
    return draft


def record_skill(order: Order, staff: Staff, known: Known) -> SkillRecorded:
    """A skill at its present level."""
    draft: SkillRecorded = order.draft
    return draft


def check_delegate(order: Order, staff: Staff, known: Known) -> Iterator[Fault]:
    """Somebody else, for a time that ends after it begins."""
    draft: DelegateAppointed = order.draft
    if draft.delegate is not None and draft.delegate == order.aggregate_id:
        yield Fault("V-REF", "delegate_is_self", "delegate")
    if draft.valid_from is not None and draft.valid_to is not None and draft.valid_to <= draft.valid_from:
        yield Fault("V-TIME", "not_after", "valid_to", {"other": "valid_from"})
    delegate = known.get("staff", draft.delegate or "")
    if isinstance(delegate, Staff) and not delegate.is_active:
        yield Fault("V-REF", "not_a_user", "delegate")


def may_delegate(order: Order, staff: Staff, known: Known) -> Iterator[Fault]:
    """Everybody for themselves."""
    if order.actor.user != order.aggregate_id:
        yield Fault("A-ROLE", "not_own")


def appoint_delegate(order: Order, staff: Staff, known: Known) -> DelegateAppointed:
    """Somebody stands in for the one who appoints."""
    draft: DelegateAppointed = order.draft
    return draft


def revoke_delegate(order: Order, staff: Staff, known: Known) -> DelegateRevoked:
    """An own appointment that still stands ends now."""
    draft: DelegateRevoked = order.draft
    if draft.appointed_event_id not in {one.event_id for one in staff.delegations}:
        raise Refused(Fault("S-GUARD", "no_such_appointment", "appointed_event_id"))
    return draft


def check_calendar(order: Order, policy: Policy, known: Known) -> Iterator[Fault]:
    """A calendar of a zone that exists, with days that can be, which opens in every ordinary week.

    Special days come to an end; what is due after the last of them would never be.
    """
    draft: CalendarPublished = order.draft
    yield from publishing(order, policy, None)
    if draft.content is not None:
        yield from faults_of(draft.content, "content.")
        if not any(draft.content.week.values()):
            yield Fault("V-RANGE", "never_open", "content.week")


def check_vocabulary(order: Order, policy: Policy, known: Known) -> Iterator[Fault]:
    """A vocabulary names itself as in the address and every code once."""
    draft: VocabularyPublished = order.draft
    yield from publishing(order, policy, draft.content.name if draft.content is not None else None)
    seen: set[str] = set()
    for index, code in enumerate(draft.content.codes if draft.content is not None else ()):
        if code.code in seen:
            yield Fault("V-DUP", "listed_twice", f"content.codes[{index}].code", {"name": code.code})
        seen.add(code.code)


def publishing(order: Order, policy: Policy, name: str | None) -> Iterator[Fault]:
    """A version names itself as in the address and takes effect from now on; the first of a store may from earlier."""
    if name is not None and name != order.aggregate_id:
        yield Fault("V-FMT", "name_differs", "content.name", {"name": order.aggregate_id})
    effective = order.draft.effective_from
    if effective is not None and effective < order.now - TOLERANCE and policy.versions:
        yield Fault("V-TIME", "effective_in_past", "effective_from")


def publish(order: Order, policy: Policy, known: Known) -> Published:
    """The next version under this name, of the kind that the name has, with the hash of its content."""
    draft: Published = order.draft
    if policy.versions and not isinstance(draft, type(policy.versions[-1])):
        raise Refused(Fault("S-GUARD", "other_kind_of_policy"))
    if draft.version != policy.newest + 1:
        raise Refused(Fault("C-VER", "next_version", "version", {"expected": policy.newest + 1}))
    plain = msgspec.to_builtins(draft.content, str_keys=True, order="deterministic")
    digest = hashlib.sha256(msgspec.json.encode(plain)).hexdigest()
    filled: Any = msgspec.structs.replace(draft, content_hash=digest)
    published: Published = filled
    return published
