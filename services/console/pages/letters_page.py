"""Letters to customers: those that wait for a person, and one as it would read before somebody asks for it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.collections import MESSAGE_ROLES
from services.console.front import visitor_of
from services.console.pages.language import language_of
from services.console.pages.page import page
from services.console.queries import Query
from services.console.reading import SCOPES, Reading
from services.console.scopes import needs
from services.followup.stage import DRAFTS, LETTER_VIEWS, Facts, drafted
from shared.events.vocabulary import CaseState, Channel, Urgency
from shared.mail.names import marked
from shared.store.order import Fault, Refused

_MODELS = ("people", "case_text", "overdue_responses", *SCOPES)
LANGUAGES = ("zh", "en")


def letters_pages(reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of the pages of letters."""
    return _list(reading), _draft(reading)


def _list(reading: Reading) -> HTTPRouteHandler:
    @get("/letters", name="page-letters")
    async def letters(request: Request[Any, Any, Any]) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, MESSAGE_ROLES)
        view = query.choice("view", tuple(LETTER_VIEWS), "open")
        query.done()
        async with reading.at(()) as (connection, standing):
            found = await reading.read("letters")(connection, reading.people, view)
        return page(
            request, "letters.html", views=tuple(LETTER_VIEWS), view=view, rows=found, sequence=standing.sequence
        )

    return letters


def _draft(reading: Reading) -> HTTPRouteHandler:
    @get("/cases/{case_id:str}/letters/{name:str}")
    async def draft(request: Request[Any, Any, Any], case_id: str, name: str) -> Response[bytes]:
        visitor, query = visitor_of(request), Query(request)
        needs(visitor, MESSAGE_ROLES)
        language = query.choice("language", LANGUAGES, language_of(request))
        query.done()
        if name not in DRAFTS:
            raise Refused(Fault("H-404", "no_such_page"))
        async with reading.at(_MODELS) as (connection, _):
            case = await reading.case(connection, visitor, case_id)
            contact = await reading.read("caller")(connection, case_id)
        text = drafted(name, language, _facts(case, contact))
        to = (contact.email if contact is not None else None) or ""
        asked = {"via": Channel.EMAIL.value, "to": to, "trigger": DRAFTS[name].value, "text": text}
        return page(
            request,
            "letter.html",
            case=case,
            name=name,
            names=tuple(DRAFTS),
            language=language,
            languages=LANGUAGES,
            to=to,
            subject=marked(case_id),
            text=text,
            form=f"/cases/{case_id}/request-message?{urlencode(asked)}",
        )

    return draft


def _facts(case: Any, contact: Any) -> Facts:
    return Facts(
        case_id=case.case_id,
        state=CaseState(case.state),
        urgency=Urgency(case.urgency),
        contact_name=(contact.name if contact is not None else None) or "",
        mould=case.mould_no or "",
        next_at=None,
    )
