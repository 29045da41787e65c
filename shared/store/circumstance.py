"""Checks that hold for every command, whatever it does: when it happened, who may send it, in which state."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from shared.case.lifecycle import rows, transition
from shared.case.state import Case
from shared.events.vocabulary import Role
from shared.masters.permissions import permitted
from shared.masters.staff import Staff
from shared.store.order import Command, Fault, Known, Order

TOLERANCE = timedelta(minutes=5)
LATE = timedelta(hours=24)
VERY_LATE = timedelta(hours=72)


def time_faults(order: Order, late_reason: str | None, known: Known) -> Iterator[Fault]:
    """Future and late instants (B-28). An import and a message kept in INTAKE are exempt from lateness, and our own
    machinery: what it says rests on what somebody was allowed to record late, or on time itself."""
    if order.at > order.now + TOLERANCE:
        yield Fault("V-TIME", "in_the_future", "at")
    if order.import_batch is not None or known.raw or Role.SYSTEM in order.actor.roles:
        return
    age = order.now - order.at
    if age > VERY_LATE and Role.SUPERVISOR not in order.actor.roles:
        yield Fault("V-TIME", "late_needs_supervisor", "at")
    elif age > LATE and late_reason is None:
        yield Fault("V-TIME", "late_without_reason", "late_reason")


def allowed_roles(command: Command, state: Any, draft: Any) -> frozenset[Role]:
    """The roles that may send the command with these fields: in this state if it is possible there, else in any."""
    event = command.event.__name__
    row = transition(event, state.state, draft) if isinstance(state, Case) else None
    if row is not None:
        return row.roles
    return frozenset(role for one in rows(event) if one.holds(draft) for role in one.roles) or permitted(event)


def permitting_roles(command: Command, roles: frozenset[Role], state: Any, draft: Any) -> tuple[Role, ...]:
    """Those of the roles held that permit the command, in the order of the norm."""
    allowed = allowed_roles(command, state, draft)
    return tuple(role for role in Role if role in roles and role in allowed)


def role_fault(command: Command, state: Any, draft: Any) -> Fault:
    """Nobody in these roles may send the command."""
    if command.is_system:
        return Fault("A-ROLE", "system_only")
    allowed = sorted(allowed_roles(command, state, draft))
    return Fault("A-ROLE", "role_may_not", values={"allowed": ", ".join(allowed)})


def state_fault(command: Command, state: Any, draft: Any) -> Fault | None:
    """Whether the life cycle allows the event in this state."""
    if not isinstance(state, Case) or not rows(command.event.__name__):
        return None
    if transition(command.event.__name__, state.state, draft) is not None:
        return None
    return Fault("S-STATE", "wrong_state", values={"state": str(state.state)})


def roles_of(staff: Staff, principal: Staff | None, user: str, order_at: Any) -> frozenset[Role]:
    """The roles somebody holds: the own ones, and those of a principal who appointed this person, while it is valid."""
    lent = principal is not None and any(
        one.delegate == user and one.valid_from <= order_at <= one.valid_to for one in principal.delegations
    )
    return staff.roles | principal.roles if lent and principal is not None else staff.roles


def stale_fault(if_match: str | None, version: int) -> Fault | None:
    """The version that the caller saw is not the current one (optional: absent means decide on the new state)."""
    if if_match is None:
        return None
    given = if_match.strip().removeprefix("W/").strip('"')
    if not given.isdecimal():
        return Fault("V-FMT", "version_not_number", "If-Match")
    if int(given) == version:
        return None
    return Fault("C-VER", "stale_version", "If-Match", {"current": version, "given": given})
