"""Drafts of service levels and calendars, tried before they are published and judged by the publishing rules. Pure.

A draft is the body of its command (`{"version", "effective_from", "drafted_by", "content"}`), or the content alone
with these beside its fields.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from services.administration.commands import COMMANDS
from services.administration.reads.rulebook import PublishedRules
from shared.clocks.policy import CALENDAR, SERVICE_LEVELS
from shared.events.policy import CalendarPublished, SlaPolicyPublished
from shared.events.vocabulary import Role
from shared.masters.policy import Policy
from shared.masters.staff import Staff
from shared.store.checker import draft_of
from shared.store.order import Actor, Fault, Known, Order, Refused, merge

PUBLISHING = {SERVICE_LEVELS: "PublishSlaPolicy", CALENDAR: "PublishCalendar"}
"""The command that publishes each kind of rules that can be tried."""
_BESIDE = ("version", "effective_from", "drafted_by")
_COMMANDS = {one.name: one for one in COMMANDS}
_CONTENT = "content."


class Draft[Published](Struct, frozen=True):
    """What was drafted, and the body of the command that would publish it, as far as the draft says it."""

    published: Published
    body: dict[str, Any]


def drafted_levels(given: Any, now: datetime, published: PublishedRules) -> Draft[SlaPolicyPublished]:
    """A draft of the service levels. Raises: Refused with every fault that publishing it would have."""
    return _drafted(SERVICE_LEVELS, given, now, published)


def drafted_calendar(given: Any, now: datetime, published: PublishedRules) -> Draft[CalendarPublished]:
    """A draft of the calendar. Raises: as above."""
    return _drafted(CALENDAR, given, now, published)


def _drafted(name: str, given: Any, now: datetime, published: PublishedRules) -> Draft[Any]:
    command = _COMMANDS[PUBLISHING[name]]
    if not isinstance(given, dict):
        raise Refused(Fault("V-FMT", "not_an_object"))
    is_body = "content" in given
    body = dict(given) if is_body else _body(given)
    # Number, date and author are the publication's; a draft need not have them yet.
    whole = {"version": 1, "effective_from": now.isoformat(), "drafted_by": "draft", **body}
    draft, findings = draft_of(command.event, whole)
    actor = Actor("draft", Staff(), Role.SUPERVISOR, frozenset({Role.SUPERVISOR}))
    order = Order(command.name, name, "", actor, draft, now, now)
    known = Known({f"policy.{CALENDAR}": Policy(published.calendars)})
    standing = Policy(published.levels if name == SERVICE_LEVELS else published.calendars)
    faults = merge(findings.faults, command.check(order, standing, known))
    if faults:
        raise Refused(*(faults if is_body else map(_as_given, faults)))
    return Draft(draft, body)


def _body(given: Mapping[str, Any]) -> dict[str, Any]:
    """The command's body of a content with the other fields beside its own."""
    content = {name: value for name, value in given.items() if name not in _BESIDE}
    return {**{name: given[name] for name in _BESIDE if name in given}, "content": content}


def _as_given(fault: Fault) -> Fault:
    """The fault with its field as the draft has it."""
    return replace(fault, field=fault.field.removeprefix(_CONTENT))
