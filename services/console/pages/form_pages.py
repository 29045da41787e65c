"""Forms for commands: shown empty, sent to the service as a command, shown again with every fault at its field."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from services.console.door import Door, Draft, read_body
from services.console.front import visitor_of
from services.console.pages.case_page import Line
from services.console.pages.first_page import fault_names
from services.console.pages.form_body import REASON, Typed, body_of, one, prefilled, typed
from services.console.pages.form_fields import FORMS, FormField, fields_of
from services.console.pages.language import Words, language_of
from services.console.pages.page import page, redirect
from services.console.reading import Reading
from services.console.routes import Route, RouteTable
from shared.store.commands import new_command_id
from shared.store.request import Answer

_CODES = frozenset({"fault_code", "cause_code"})


class Code(Struct, frozen=True):
    """A code that a field suggests."""

    code: str
    name: str


class Form:
    """One command's form."""

    def __init__(self, door: Door, reading: Reading, route: Route) -> None:
        self.route = route
        self._door = door
        self._reading = reading
        self._fields = fields_of(route)

    async def empty(self, request: Request[Any, Any, Any], case_id: str | None) -> Response[Any]:
        """The form as it is first seen."""
        if case_id is not None:
            async with self._reading.at(("open_cases",)) as (connection, _):
                await self._reading.case(connection, visitor_of(request), case_id)
        shown = prefilled(self._fields, self._reading.now())
        return await self._page(request, case_id, shown, new_command_id(), None)

    async def sent(self, request: Request[Any, Any, Any], case_id: str | None) -> Response[Any]:
        """Send what was typed; on to the case when it was accepted, else the form with its faults."""
        raw, _ = await read_body(request.stream(), "application/json")
        given = typed(raw)
        command_id = one(given, "command_id") or new_command_id()
        body = msgspec.json.encode(body_of(self._fields, given))
        draft = Draft(body=body, command_id=command_id if command_id.isascii() else "invalid")
        answer = await self._door.send(self.route, case_id, draft, visitor_of(request))
        if answer.is_accepted:
            return redirect(f"/cases/{answer.body['id']}?after={answer.body['sequence']}")
        # A refused key is not remembered, so the corrected form may keep its own; one that was used may not.
        is_used = answer.body["code"] == "V-KEY"
        return await self._page(request, case_id, given, new_command_id() if is_used else command_id, answer)

    async def _page(
        self, request: Request[Any, Any, Any], case_id: str | None, shown: Typed, command_id: str, answer: Answer | None
    ) -> Response[Any]:
        words = Words(language_of(request))
        summary = _summary(words, answer)
        where = self.route.action
        return page(
            request,
            "form.html",
            answer.status if answer is not None else 200,
            command=self.route.command.name,
            case_id=case_id,
            fields=self._fields,
            shown=shown,
            command_id=command_id,
            reason=one(shown, REASON) or words("unknown_reason_default"),
            errors=_at_fields(self._fields, summary),
            summary=summary,
            suggestions=await self._suggestions(words.language),
            action=f"/cases/{case_id}/{where}" if case_id is not None else "/register",
            back=f"/cases/{case_id}" if case_id is not None else "/",
        )

    async def _suggestions(self, language: str) -> dict[str, list[Code]]:
        wanted = [field.name for field in self._fields if field.name in _CODES]
        if not wanted:
            return {}
        async with self._reading.at(("policies",)) as (connection, _):
            names = await fault_names(self._reading, connection, language)
        codes = [Code(code, name) for code, name in names.items()]
        return dict.fromkeys(wanted, codes)


def _summary(words: Words, answer: Answer | None) -> list[Line]:
    if answer is None:
        return []
    return [Line(error["field"], words.one(error["message"])) for error in answer.body["errors"]]


def _at_fields(fields: Sequence[FormField], summary: Sequence[Line]) -> dict[str, str]:
    names = {field.name for field in fields}
    found: dict[str, str] = {}
    for line in summary:
        name = line.name.partition(".")[0].partition("[")[0]
        if name in names:
            found.setdefault(name, line.text)
    return found


def form_handlers(door: Door, table: RouteTable, reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of all forms."""
    handlers: list[HTTPRouteHandler] = []
    for name in FORMS:
        form = Form(door, reading, table.named(name))
        handlers += _opening(form) if form.route.action is None else _acting(form, form.route.action)
    return handlers


def _opening(form: Form) -> Sequence[HTTPRouteHandler]:
    @get("/register")
    async def empty(request: Request[Any, Any, Any]) -> Response[Any]:
        return await form.empty(request, None)

    @post("/register")
    async def sent(request: Request[Any, Any, Any]) -> Response[Any]:
        return await form.sent(request, None)

    return empty, sent


def _acting(form: Form, action: str) -> Sequence[HTTPRouteHandler]:
    @get(f"/cases/{{case_id:str}}/{action}", name=f"form-{action}")
    async def empty(request: Request[Any, Any, Any], case_id: str) -> Response[Any]:
        return await form.empty(request, case_id)

    @post(f"/cases/{{case_id:str}}/{action}", name=f"send-{action}")
    async def sent(request: Request[Any, Any, Any], case_id: str) -> Response[Any]:
        return await form.sent(request, case_id)

    return empty, sent
