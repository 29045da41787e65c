"""The first page: cases with age and next deadline, what is overdue, and the five figures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.api_cases import BY_DUE, bad_cursor
from services.console.front import visitor_of
from services.console.pages.calendar_notice import unconfirmed_days
from services.console.pages.fault_names import fault_names
from services.console.pages.language import ZONE, language_of
from services.console.pages.page import error_page, page
from services.console.queries import Query
from services.console.reading import FIGURES, SCOPES, Reading
from services.console.scopes import cases_of, texts_of
from services.console.sessions import Visitor
from services.intake.stage import VIEWS, CaseQuestion
from shared.projections.paging import BadCursor
from shared.projections.scope import Scope
from shared.store.order import Refused

_MODELS = ("case_text", "moulds", "policies", *SCOPES, *FIGURES)
_SHOWN, _OVERDUE_SHOWN, _BARS, _FLAGS_SHOWN = 50, 10, 8, 2


def first_page(reading: Reading) -> HTTPRouteHandler:
    """The handler of the first page."""

    @get("/")
    async def first(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        try:
            scope = cases_of(visitor)
        except Refused as refused:
            return error_page(request, 403, refused.faults)
        now = reading.now()
        question = _question(query, visitor, scope, now)
        after, period = query.number("after", 0), f"{now.astimezone(ZONE):%Y-%m}"
        query.done()
        async with reading.at(_MODELS, after) as (connection, standing):
            try:
                found = await reading.read("cases")(connection, question)
            except BadCursor:
                raise bad_cursor() from None
            overdue = await reading.read("overdue")(connection, now, scope, _OVERDUE_SHOWN + 1)
            figures = await reading.read("metrics")(connection, now, period, (), None, scope)
            names = await fault_names(reading, connection, language_of(request))
            unconfirmed = await unconfirmed_days(reading, connection, visitor, now)
        return page(
            request,
            "first.html",
            views=tuple(VIEWS),
            view=question.view,
            q=question.q,
            cases=found.items,
            next=found.next,
            overdue=overdue[:_OVERDUE_SHOWN],
            overdue_more=len(overdue) > _OVERDUE_SHOWN,
            figures=figures.total,
            period=period,
            faults=figures.total.fault_types.codes[:_BARS],
            names=names,
            unconfirmed=unconfirmed,
            gravest_first=_gravest_first,
            shown_flags=_FLAGS_SHOWN,
            now=now,
            sequence=standing.sequence,
        )

    return first


def _gravest_first(flags: Sequence[str]) -> list[str]:
    """Danger before levels, the highest first, before all else: a row shows the first few."""
    levels = sorted((one for one in flags if one.startswith("ESCALATED_")), reverse=True)
    first = [one for one in ("SAFETY_RISK",) if one in flags] + levels
    return first + [one for one in flags if one not in first]


def _question(query: Query, visitor: Visitor, scope: Scope, now: datetime) -> CaseQuestion:
    return CaseQuestion(
        now=now,
        view=(view := query.choice("view", tuple(VIEWS), "open")),
        sort="due" if view in BY_DUE else "-received",
        q=query.text("q"),
        cursor=query.cursor(),
        limit=_SHOWN,
        user=visitor.user,
        scope=scope,
        texts=texts_of(visitor),
    )
