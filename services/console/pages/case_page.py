"""One case: where it stands, what comes next, what happened in words, its papers, facts, contact and clocks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from services.console.case_events import CaseEvent, case_events, counting
from services.console.front import visitor_of
from services.console.pages.case_clocks import cards
from services.console.pages.case_next import expected, is_possible, is_usual
from services.console.pages.case_path import ANY, STAGES, path_of, stage_of
from services.console.pages.forms.pages import has_form
from services.console.pages.in_words import Changed, Told, told_corrections, told_event, told_row
from services.console.pages.language import Words, language_of
from services.console.pages.page import page
from services.console.queries import Query
from services.console.reading import SCOPES, Reading
from services.console.routes import RouteTable
from services.console.sessions import Visitor
from shared.case.effective import REVISING
from shared.case.lifecycle import next_events, rows
from shared.events.case.intake import FeedbackReceived
from shared.events.vocabulary import CaseState

_MODELS = ("people", "case_text", "overdue_responses", "policies", *SCOPES)
_FACTS = (
    *("case_kind", "channel", "received_at", "customer_name", "mould_no", "mould_name", "mould_kind", "order_no"),
    *("scope", "production_status", "fault_at"),
)


class Action(Struct, frozen=True):
    """What may be done: the command, its form, the clause of the norm, whether the norm expects it now, and whether
    it is shown at once."""

    command: str
    href: str
    clause: str
    is_expected: bool
    is_usual: bool


class Happened(Struct, frozen=True):
    """One event of the timeline."""

    event: CaseEvent
    stage: str
    told: Sequence[Told]
    corrected: Sequence[Changed]
    can_be_corrected: bool


class Paper(Struct, frozen=True):
    """A document of the case's file."""

    kind: str
    phase: str
    caption: str
    href: str
    at: datetime
    by: str


def _actions(table: RouteTable, visitor: Visitor, case: Any, events: Sequence[CaseEvent]) -> Iterator[Action]:
    state = CaseState(case.state)
    wanted = next(expected(state, events), "")
    for event in next_events(state, visitor.roles):
        route = table.making(event)
        if route is None or not has_form(route) or not is_possible(event, events, case.missing):
            continue
        href = f"/cases/{case.case_id}/{route.action}"
        is_shown = is_usual(event, state, events)
        yield Action(route.command.name, href, rows(event)[0].clause, event == wanted, is_shown)


def _grouped(table: RouteTable, actions: Sequence[Action]) -> dict[str, list[Action]]:
    """The actions by the step of the norm they belong to, in its order."""
    groups: dict[str, list[Action]] = {stage: [] for stage in (*STAGES, ANY)}
    for action in actions:
        groups[stage_of(table.named(action.command).command.event.__name__)].append(action)
    return {stage: found for stage, found in groups.items() if found}


def _waits_for(case: Any, events: Sequence[CaseEvent], actions: Sequence[Action]) -> tuple[str, list[str]] | None:
    """What the norm expects of somebody else: the event and the roles that may do it."""
    wanted = next(expected(CaseState(case.state), events), None)
    if wanted is None or any(action.is_expected for action in actions):
        return None
    roles = {role for row in rows(wanted) if CaseState(case.state) in row.states for role in row.roles}
    return wanted, sorted(role.value for role in roles if role.value != "SYSTEM")


def _happened(words: Words, events: Sequence[CaseEvent]) -> list[Happened]:
    """The events in words, the newest first."""
    others = {
        one.event_id: Told(
            "", f"{words.named('event', one.type)} · {words.instant(one.occurred_at)}", f"#v{one.version}"
        )
        for one in events
    }
    return [
        Happened(
            one,
            stage_of(one.type),
            told_event(words, one.type, one.data, others),
            told_corrections(words, one.type, one.corrections),
            one.voided is None and one.type not in REVISING,
        )
        for one in reversed(events)
    ]


def _papers(words: Words, events: Sequence[CaseEvent]) -> Iterator[Paper]:
    for event in events:
        if event.type == "DocumentAttached":
            said = event.data
            yield Paper(
                words.named("DocumentKind", said["doc_type"]),
                words.named("Phase", said["phase"]) if said.get("phase") else "",
                words.plain(said.get("caption") or ""),
                f"/api/v1/files/{said['file_ref'].removeprefix('sha256:')}",
                event.occurred_at,
                event.actor,
            )


def case_page(reading: Reading, table: RouteTable) -> HTTPRouteHandler:
    """The handler of a case's page."""

    @get("/cases/{case_id:str}")
    async def case(request: Request[Any, Any, Any], case_id: str) -> Response[bytes]:
        visitor, query, words = visitor_of(request), Query(request), Words(language_of(request))
        after = query.number("after", 0)
        query.done()
        async with reading.at(_MODELS, after) as (connection, _):
            found = await reading.case(connection, visitor, case_id)
            may_read = await reading.opens_texts(connection, visitor, case_id)
            contact = await reading.read("caller")(connection, case_id) if may_read else None
            book = await reading.read("rulebook")(connection)
            clocks = await reading.read("clocks")(connection, case_id, reading.now(), book)
            events = await case_events(reading, connection, visitor, case_id)
        counted = counting(events)
        actions = list(_actions(table, visitor, found, counted))
        return page(
            request,
            "case.html",
            case=found,
            path=path_of(CaseState(found.state), counted),
            contact=contact,
            may_read=may_read,
            clocks=cards(words, clocks, events),
            happened=_happened(words, events),
            facts=list(told_row(words, FeedbackReceived, found, _FACTS)),
            papers=list(_papers(words, counted)),
            expected=next((one for one in actions if one.is_expected), None),
            waits_for=_waits_for(found, counted, actions),
            may_correct=any(one.command == "CorrectRecord" for one in actions),
            groups=_grouped(table, [one for one in actions if one.is_usual and not one.is_expected]),
            rare=_grouped(table, [one for one in actions if not one.is_usual and not one.is_expected]),
        )

    return case
