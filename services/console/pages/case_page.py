"""One case: facts, contact, what happened in words, clocks, and what may be done next."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from services.console.case_events import CaseEvent, case_events
from services.console.front import visitor_of
from services.console.pages.form_fields import FORMS
from services.console.pages.language import Words, language_of
from services.console.pages.page import page
from services.console.queries import Query
from services.console.reading import Reading, reads_texts
from services.console.routes import RouteTable
from services.console.sessions import Visitor
from shared.case.lifecycle import next_events
from shared.events.vocabulary import CaseState

_MODELS = ("open_cases", "people", "case_text", "log", "overdue_responses")
_FACTS = [
    "case_kind",
    "channel",
    "received_at",
    "customer_name",
    "mould_no",
    "mould_name",
    "mould_kind",
    "order_no",
    "scope",
    "problem_type",
    "fault_code",
    "production_status",
    "fault_at",
]
_GROUPS = {
    "case_kind": "CaseKind",
    "channel": "Channel",
    "ack_channel": "Channel",
    "mould_kind": "MouldKind",
    "scope": "Scope",
    "problem_type": "ProblemType",
    "production_status": "ProductionStatus",
    "urgency": "Urgency",
    "claimed_urgency": "Urgency",
    "urgency_basis": "UrgencyBasis",
    "clock": "ClockName",
}
"""The enum that a field's value belongs to."""
_HIDDEN = frozenset({"contact_id", "policy_version", "calendar_version", "vocabulary_version", "auto"})
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


class Line(Struct, frozen=True):
    """One field with its value in words."""

    name: str
    text: str


class Action(Struct, frozen=True):
    """What may be done next; `href` empty: through the API."""

    command: str
    href: str
    clause: str


class Happened(Struct, frozen=True):
    """One event of the timeline."""

    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    actor_role: str
    lines: list[Line]


def in_words(words: Words, name: str, value: Any) -> str:
    """A value as people read it."""
    match value:
        case bool():
            return words("yes" if value else "no")
        case datetime():
            return words.instant(value)
        case {"unknown": True}:
            return words("unknown_value", reason=in_words(words, "reason", value.get("reason")))
        case dict():
            parts = (f"{words.named('field', key)}: {in_words(words, key, one)}" for key, one in value.items())
            return "\n".join(parts)
        case list():
            return "\n".join(in_words(words, name, one) for one in value)
        case str() if value.startswith("sealed:"):
            return words("sealed")
        case str() if _TIME.fullmatch(value):
            return words.instant(value)
        case str() if name in _GROUPS:
            return words.named(_GROUPS[name], value)
        case None:
            return "—"
    return str(value).removeprefix("note:")


def _lines(words: Words, fields: dict[str, Any]) -> list[Line]:
    return [Line(name, in_words(words, name, one)) for name, one in fields.items() if name not in _HIDDEN]


def _happened(words: Words, event: CaseEvent) -> Happened:
    lines = _lines(words, event.data)
    return Happened(event.type, event.occurred_at, event.recorded_at, event.actor, event.actor_role, lines)


def _actions(table: RouteTable, visitor: Visitor, case: Any) -> Iterator[Action]:
    for row in next_events(CaseState(case.state), visitor.roles):
        route = table.making(row.event)
        if route is None or route.command.is_system:
            continue
        if row.event == "CaseAcknowledged" and case.acknowledged_at is not None:
            continue
        name = route.command.name
        href = f"/cases/{case.case_id}/{route.action}" if name in FORMS else ""
        yield Action(name, href, row.clause)


def case_page(reading: Reading, table: RouteTable) -> HTTPRouteHandler:
    """The handler of a case's page."""

    @get("/cases/{case_id:str}")
    async def case(request: Request[Any, Any, Any], case_id: str) -> Response[bytes]:
        visitor, query, words = visitor_of(request), Query(request), Words(language_of(request))
        after = query.number("after", 0)
        query.done()
        async with reading.at(_MODELS, after) as (connection, _):
            found = await reading.case(connection, visitor, case_id)
            may_read = reads_texts(visitor)
            contact = await reading.read("caller")(connection, case_id) if may_read else None
            clocks = await reading.read("clocks")(connection, case_id, reading.now())
            events = await case_events(reading, connection, visitor, case_id)
        facts = {name: value for name in _FACTS if (value := getattr(found, name)) is not None}
        return page(
            request,
            "case.html",
            case=found,
            contact=contact,
            may_read=may_read,
            clocks=clocks,
            events=[_happened(words, one) for one in events],
            facts=_lines(words, facts),
            actions=list(_actions(table, visitor, found)),
        )

    return case
